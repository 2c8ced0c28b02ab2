import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Fetched } from '@/components/ui/Fetched';
import { TextField } from '@/components/ui/Field';
import { FormNote, textOf, useForm } from '@/components/ui/Form';
import { Said } from '@/components/ui/Said';
import { Note } from '@/components/ui/State';
import { ApiFailure } from '@/lib/api/client';
import type { ApiToken, NewApiToken } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { Link } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { Part } from './Settings';
import { t } from './text';
import { createToken, tokensQuery, useRevokeToken } from './tokens';

export function Tokens() {
  const [made, setMade] = useState<NewApiToken | null>(null);
  return (
    <Part title={t('settings.tokens')}>
      <p className="-mt-2 mb-4 max-w-prose text-muted">
        {t('tokens.lead')}{' '}
        <Link to="/docs" className="font-semibold text-accent underline underline-offset-4">
          {t('tokens.docs')}
        </Link>
      </p>
      {made ? <Made token={made} onSeen={() => setMade(null)} /> : <Create onMade={setMade} />}
      <List />
    </Part>
  );
}

function Create({ onMade }: { onMade: (token: NewApiToken) => void }) {
  const client = useQueryClient();
  const form = useForm(async (data) => {
    onMade(await createToken(textOf(data, 'name').trim()));
    await client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  });
  return (
    <form onSubmit={form.onSubmit} onInput={form.onInput} className="grid max-w-md gap-4">
      <FormNote form={form} />
      <TextField
        label={t('tokens.name')}
        name="name"
        required
        maxLength={50}
        autoComplete="off"
        error={form.at('name')}
      />
      <Button type="submit" kind="secondary" disabled={form.busy} className="justify-self-start">
        {t('tokens.create')}
      </Button>
    </form>
  );
}

/** The one time that a token is seen. It stays until its owner says that they have it. */
function Made({ token, onSeen }: { token: NewApiToken; onSeen: () => void }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () =>
    // Only pages that came over TLS, or from this machine, may write to the clipboard.
    Promise.resolve(navigator.clipboard?.writeText(token.token) ?? Promise.reject()).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <Note tone="good">
      <h3 className="text-lg">{t('tokens.made', { name: token.name })}</h3>
      <p>{t('tokens.madeHint')}</p>
      <div className="mt-3 flex flex-wrap items-end gap-2">
        <TextField
          label={t('tokens.token')}
          value={token.token}
          readOnly
          autoFocus
          onFocus={(event) => event.target.select()}
          spellCheck={false}
          className="grow basis-64"
        />
        <Button onClick={() => void copy()}>{t('tokens.copy')}</Button>
      </div>
      <Said className="mt-1 min-h-6 text-sm">
        {copied !== null && t(copied ? 'tokens.copied' : 'tokens.copyFailed')}
      </Said>
      <Button kind="secondary" onClick={onSeen}>
        {t('tokens.seen')}
      </Button>
    </Note>
  );
}

function List() {
  const query = useQuery(tokensQuery);
  const [asked, setAsked] = useState<ApiToken | null>(null);
  const { mutate, isPending, error } = useRevokeToken();
  const back = () => setAsked(null);
  return (
    <div className="mt-6">
      {error && (
        <div role="alert" className="mb-4">
          <Note tone="alert">
            {textForCode(error instanceof ApiFailure ? error.code : 'UNEXPECTED')}
          </Note>
        </div>
      )}
      <Fetched query={query} error={t('tokens.error')}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className="text-muted">{t('tokens.none')}</p>
          ) : (
            <ul className="divide-y divide-line border-y border-line">
              {tokens.map((token) => (
                <Item key={token.id} token={token} busy={isPending} onRevoke={setAsked} />
              ))}
            </ul>
          )
        }
      </Fetched>
      <Dialog
        open={asked !== null}
        title={t('tokens.ask', { name: asked?.name ?? '' })}
        onClose={back}
      >
        <p className="mt-3 text-muted">{t('tokens.askText')}</p>
        <div className="mt-6 grid gap-2">
          <Button
            kind="danger"
            onClick={() => {
              if (asked) mutate(asked.id);
              back();
            }}
          >
            {t('tokens.go')}
          </Button>
          <Button kind="quiet" onClick={back}>
            {t('tokens.back')}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

interface ItemProps {
  token: ApiToken;
  busy: boolean;
  onRevoke: (token: ApiToken) => void;
}

function Item({ token, busy, onRevoke }: ItemProps) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-3">
      <div className="min-w-0">
        <p className="font-semibold">{token.name}</p>
        <p className="money text-sm text-muted">
          {t('tokens.created', { moment: formatMoment(token.createdAt) })} ·{' '}
          {token.lastUsedAt
            ? t('tokens.used', { moment: formatMoment(token.lastUsedAt) })
            : t('tokens.unused')}
        </p>
      </div>
      <Button
        kind="secondary"
        disabled={busy}
        aria-label={t('tokens.revokeOne', { name: token.name })}
        onClick={() => onRevoke(token)}
      >
        {t('tokens.revoke')}
      </Button>
    </li>
  );
}
