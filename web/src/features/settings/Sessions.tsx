import { useQuery } from '@tanstack/react-query';
import { Button } from '@/components/ui/Button';
import { Fetched } from '@/components/ui/Fetched';
import { Said } from '@/components/ui/Said';
import { Note } from '@/components/ui/State';
import { ApiFailure } from '@/lib/api/client';
import type { Session } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { formatMoment } from '@/lib/time';
import { browserOf } from './browser';
import { Part } from './Settings';
import { sessionsQuery, useEndSessions } from './sessions';
import { t } from './text';

export function Sessions() {
  const query = useQuery(sessionsQuery);
  const { mutate, isPending, isSuccess, variables, error } = useEndSessions();
  return (
    <Part title={t('settings.sessions')}>
      <p className="-mt-2 mb-4 text-muted">{t('sessions.lead')}</p>
      <Said className="not-empty:mb-4">
        {isSuccess && (
          <Note tone="good">
            {t(variables === null ? 'sessions.othersEnded' : 'sessions.ended')}
          </Note>
        )}
        {error && (
          <Note tone="alert">
            {textForCode(error instanceof ApiFailure ? error.code : 'UNEXPECTED')}
          </Note>
        )}
      </Said>
      <Fetched query={query} error={t('sessions.error')}>
        {(sessions) => (
          <>
            <ul className="divide-y divide-line border-y border-line">
              {sessions.map((session) => (
                <Item
                  key={session.id}
                  session={session}
                  busy={isPending}
                  onEnd={() => mutate(session.id)}
                />
              ))}
            </ul>
            {sessions.length > 1 && (
              <Button
                kind="danger"
                disabled={isPending}
                onClick={() => mutate(null)}
                className="mt-4"
              >
                {t('sessions.endOthers')}
              </Button>
            )}
          </>
        )}
      </Fetched>
    </Part>
  );
}

interface ItemProps {
  session: Session;
  busy: boolean;
  onEnd: () => void;
}

function Item({ session, busy, onEnd }: ItemProps) {
  const agent = browserOf(session.agent) ?? t('sessions.unknown');
  const moment = formatMoment(session.createdAt);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-3">
      <div className="money min-w-0">
        <p className="font-semibold">
          {agent}
          {session.current && (
            <span className="ms-2 rounded-full bg-accent-soft px-2.5 py-0.5 text-sm text-accent">
              {t('sessions.current')}
            </span>
          )}
        </p>
        <p className="text-sm text-muted">
          {t('sessions.signedIn', { moment, address: session.address })}
        </p>
        <p className="text-sm text-muted">
          {t('sessions.expires', { moment: formatMoment(session.expiresAt) })}
        </p>
      </div>
      {!session.current && (
        <Button
          kind="secondary"
          disabled={busy}
          aria-label={t('sessions.endOne', { agent, moment })}
          onClick={onEnd}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}
