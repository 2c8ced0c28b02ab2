import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Chips, chipClass } from '@/components/ui/Chips';
import { Fetched } from '@/components/ui/Fetched';
import { useTitle } from '@/lib/title';
import { CallDetails } from './CallDetails';
import {
  type Document,
  documentQuery,
  documentUrl,
  groupsOf,
  liveNames,
  type Schema,
  type Scheme,
} from './openapi';
import { Example, Shape, Words } from './Shape';
import { t, tn } from './text';

/** The API's own document, for reading: every call, every shape, and the live messages. */
export function Docs() {
  useTitle(t('docs.title'));
  const query = useQuery(documentQuery);
  return (
    <Fetched query={query} error={t('docs.error')}>
      {(document) => <Pages document={document} />}
    </Fetched>
  );
}

function Pages({ document: doc }: { document: Document }) {
  useEffect(() => {
    // What the address names was not there yet when the page was opened.
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
    target?.scrollIntoView();
  }, []);
  const groups = groupsOf(doc);
  const live = liveNames(doc);
  const schemas = Object.entries(doc.components?.schemas ?? {});
  const schemes = Object.entries(doc.components?.securitySchemes ?? {});
  return (
    <div className="mx-auto max-w-4xl">
      <h1 className="text-3xl">{doc.info.title}</h1>
      <p className="text-sm text-muted">
        {t('docs.version', { version: doc.info.version, openapi: doc.openapi })} ·{' '}
        <a href={documentUrl} className="text-accent underline underline-offset-4">
          {t('docs.raw')}
        </a>
      </p>
      {doc.info.description && <Prose text={doc.info.description} />}
      <Chips label={t('docs.contents')}>
        {[...groups.map(({ name }) => name), 'live', 'shapes'].map((name) => (
          <a key={name} href={`#${name}`} className={chipClass(false)}>
            {name === 'live' ? t('docs.live') : name === 'shapes' ? t('docs.schemas') : name}
          </a>
        ))}
      </Chips>
      {schemes.length > 0 && (
        <Part id="security" title={t('docs.security')}>
          <dl className="mt-2 grid gap-2">
            {schemes.map(([name, scheme]) => (
              <div key={name}>
                <dt className="font-semibold">
                  {name}: {schemeText(scheme)}
                </dt>
                {scheme.description && <dd className="text-muted">{scheme.description}</dd>}
              </div>
            ))}
          </dl>
        </Part>
      )}
      {groups.map((group) => (
        <Part key={group.name} id={group.name} title={group.name}>
          <p className="text-sm text-muted">
            {group.description ?? tn('docs.calls', group.calls.length)}
          </p>
          <div className="mt-3 grid gap-2">
            {group.calls.map((call) => (
              <CallDetails key={call.id} call={call} fallback={doc.security} />
            ))}
          </div>
        </Part>
      ))}
      <Part id="live" title={t('docs.live')}>
        <p className="text-muted">{t('docs.liveText')}</p>
        <Schemas list={live.flatMap((name) => schemas.filter(([known]) => known === name))} />
      </Part>
      <Part id="shapes" title={t('docs.schemas')}>
        <Schemas list={schemas.filter(([name]) => !live.includes(name))} />
      </Part>
    </div>
  );
}

function schemeText(scheme: Scheme): string {
  return scheme.in === 'cookie'
    ? t('docs.cookie', { name: scheme.name ?? '' })
    : scheme.scheme === 'bearer'
      ? t('docs.bearer')
      : scheme.type;
}

function Prose({ text }: { text: string }) {
  return (
    <p className="mt-3 max-w-prose whitespace-pre-line">
      <Words text={text} />
    </p>
  );
}

interface PartProps {
  id: string;
  title: string;
  children: ReactNode;
}

function Part({ id, title, children }: PartProps) {
  return (
    <section id={id} className="mt-8 scroll-mt-24">
      <h2 className="text-2xl first-letter:uppercase">{title}</h2>
      {children}
    </section>
  );
}

function Schemas({ list }: { list: [string, Schema][] }) {
  return (
    <div className="mt-3 grid gap-3">
      {list.map(([name, schema]) => (
        <section key={name} id={name} className="panel scroll-mt-24 p-4">
          <h3 className="font-mono text-lg break-words">{name}</h3>
          {schema.description && (
            <p className="text-muted">
              <Words text={schema.description} />
            </p>
          )}
          <Shape schema={schema} />
          {schema.example !== undefined && <Example value={schema.example} />}
        </section>
      ))}
    </div>
  );
}
