import { Fragment } from 'react';
import { limitsOf, nameOf, type Schema } from './openapi';
import { t } from './text';

/** The type of a value in one line; names lead to their shapes. */
export function Type({ schema }: { schema: Schema }) {
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return (
      <a href={`#${name}`} className="text-accent underline underline-offset-2">
        {name}
      </a>
    );
  }
  const choices = schema.oneOf ?? schema.anyOf ?? (schema.allOf?.length === 1 && schema.allOf);
  if (choices) return <Joined schemas={choices} />;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const types = [schema.type ?? 'any'].flat();
  return types.map((type, index) => (
    <Fragment key={type}>
      {index > 0 && ' | '}
      {type === 'array' && schema.items ? (
        <>
          <Type schema={schema.items} />
          []
        </>
      ) : (
        type
      )}
    </Fragment>
  ));
}

function Joined({ schemas }: { schemas: Schema[] }) {
  return schemas.map((schema, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a document never move.
    <Fragment key={index}>
      {index > 0 && ' | '}
      <Type schema={schema} />
    </Fragment>
  ));
}

/** All that is to be said of a shape: its fields, or what it may be. */
export function Shape({ schema }: { schema: Schema }) {
  const choices = schema.oneOf ?? schema.anyOf;
  if (schema.allOf && schema.allOf.length > 1) {
    return schema.allOf.map((part, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a document never move.
      <Shape key={index} schema={part} />
    ));
  }
  if (choices?.some((choice) => choice.properties)) {
    return (
      <>
        <p className="mt-2 text-sm text-muted">{t('docs.oneOf')}</p>
        <ul className="mt-1 grid gap-3">
          {choices.map((choice, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a document never move.
            <li key={index} className="border-s-2 border-line ps-3">
              {choice.description && (
                <p className="text-sm">
                  <Words text={choice.description} />
                </p>
              )}
              <Shape schema={choice} />
            </li>
          ))}
        </ul>
      </>
    );
  }
  if (schema.properties) return <Fields schema={schema} properties={schema.properties} />;
  return (
    <p className="mt-1 font-mono text-sm break-words">
      <Type schema={schema} /> <Limits schema={schema} />
    </p>
  );
}

interface FieldsProps {
  schema: Schema;
  properties: Record<string, Schema>;
}

function Fields({ schema, properties }: FieldsProps) {
  return (
    <dl className="mt-2 grid gap-2 text-sm">
      {Object.entries(properties).map(([name, field]) => (
        <div key={name} className="grid gap-x-4 sm:grid-cols-[16rem_1fr]">
          <dt className="min-w-0 break-words">
            <code className="font-semibold">{name}</code>
            {schema.required?.includes(name) && (
              <span className="text-muted"> {t('docs.required')}</span>
            )}
          </dt>
          <dd className="min-w-0 break-words">
            <Meaning schema={field} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The type of a field, its bounds, and what it means. */
export function Meaning({ schema, text }: { schema: Schema; text?: string }) {
  const description = text ?? schema.description;
  return (
    <>
      <span className="font-mono">
        <Type schema={schema} />
      </span>{' '}
      <Limits schema={schema} />
      {description && (
        <span className="block">
          <Words text={description} />
        </span>
      )}
    </>
  );
}

function Limits({ schema }: { schema: Schema }) {
  const limits = limitsOf(schema);
  if (schema.default !== undefined) {
    limits.push(t('docs.default', { value: JSON.stringify(schema.default) }));
  }
  return limits.length > 0 ? <span className="text-muted">({limits.join(', ')})</span> : null;
}

/** The document's prose, in which backticks mark what is to be typed. */
export function Words({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a document never move.
    index % 2 === 1 ? <code key={index}>{part}</code> : part,
  );
}

/** A value as it goes over the wire. */
export function Example({ value }: { value: unknown }) {
  return (
    <>
      <p className="mt-2 text-sm text-muted">{t('docs.example')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus. */}
      <pre tabIndex={0} className="mt-1 max-h-80 overflow-auto rounded-lg bg-paper p-3 text-xs">
        {JSON.stringify(value, null, 2)}
      </pre>
    </>
  );
}
