import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { type Call, exampleOf, type Media, type Operation } from './openapi';
import { Example, Meaning, Shape, Type, Words } from './Shape';
import { t } from './text';

interface Props {
  call: Call;
  /** Who may ask, where the call itself does not say. */
  fallback: Operation['security'];
}

/** One call, to be unfolded: what it takes and what it may answer. */
export function CallDetails({ call, fallback }: Props) {
  const { id, method, path, operation } = call;
  const { summary, description, parameters, requestBody, responses = {} } = operation;
  return (
    <details id={id} className="panel scroll-mt-24">
      <summary className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 rounded-xl px-4 py-2 hover:bg-accent-soft">
        <span className={cx('w-16 font-mono text-sm font-semibold', tones[method])}>{method}</span>
        <code className="min-w-0 font-semibold break-all">{path}</code>
        {summary && (
          <span className="text-muted">
            <Words text={summary} />
          </span>
        )}
      </summary>
      <div className="grid gap-4 border-t border-line p-4">
        {description && (
          <p className="max-w-prose whitespace-pre-line">
            <Words text={description} />
          </p>
        )}
        <p className="text-sm text-muted">{whoMay(operation.security ?? fallback)}</p>
        {parameters && parameters.length > 0 && (
          <Block title={t('docs.parameters')}>
            <dl className="mt-2 grid gap-2 text-sm">
              {parameters.map((parameter) => (
                <div
                  key={`${parameter.in} ${parameter.name}`}
                  className="grid gap-x-4 sm:grid-cols-[16rem_1fr]"
                >
                  <dt className="min-w-0 break-words">
                    <code className="font-semibold">{parameter.name}</code>{' '}
                    <span className="text-muted">
                      {t('docs.in', { place: parameter.in })}
                      {parameter.required && `, ${t('docs.required')}`}
                    </span>
                  </dt>
                  <dd className="min-w-0 break-words">
                    <Meaning schema={parameter.schema ?? {}} text={parameter.description} />
                  </dd>
                </div>
              ))}
            </dl>
          </Block>
        )}
        {requestBody && (
          <Block title={t('docs.body')}>
            {requestBody.description && <p className="text-sm">{requestBody.description}</p>}
            <Contents content={requestBody.content} />
          </Block>
        )}
        <Block title={t('docs.answers')}>
          <dl className="mt-2 grid gap-2 text-sm">
            {Object.entries(responses).map(([status, response]) => (
              <div key={status} className="grid gap-x-4 sm:grid-cols-[4rem_1fr]">
                <dt className="money font-mono font-semibold">{status}</dt>
                <dd className="min-w-0">
                  <Words text={response.description ?? ''} />
                  <Contents content={response.content ?? {}} />
                </dd>
              </div>
            ))}
          </dl>
        </Block>
      </div>
    </details>
  );
}

const tones: Record<string, string> = {
  GET: 'text-accent',
  DELETE: 'text-alert',
};

/** Who may make a call: an empty requirement among others means that nobody has to say. */
function whoMay(security: Operation['security'] = []): string {
  const named = security.flatMap((requirement) => Object.keys(requirement));
  if (named.length === 0) return t('docs.public');
  const schemes = [...new Set(named)].join(', ');
  const isOptional = security.some((requirement) => Object.keys(requirement).length === 0);
  return t(isOptional ? 'docs.maybe' : 'docs.needs', { schemes });
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="text-lg">{title}</h3>
      {children}
    </section>
  );
}

/** What a body or an answer holds, for each type it may come in. */
function Contents({ content }: { content: Record<string, Media> }) {
  return Object.entries(content).map(([type, media]) => {
    const example = exampleOf(media);
    return (
      <div key={type} className="min-w-0 text-sm">
        <p className="break-words">
          <code className="text-muted">{type}</code>{' '}
          {media.schema && !media.schema.properties && (
            <span className="font-mono">
              <Type schema={media.schema} />
            </span>
          )}
        </p>
        {media.schema?.properties && <Shape schema={media.schema} />}
        {example !== undefined && <Example value={example} />}
      </div>
    );
  });
}
