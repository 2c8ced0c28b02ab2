import { useQuery } from '@tanstack/react-query';
import { Fetched } from '@/components/ui/Fetched';
import { RoutePager } from '@/components/ui/RoutePager';
import { Empty } from '@/components/ui/State';
import type { AuditEntry } from '@/lib/api/types';
import { Link, useNavigate } from '@/lib/router';
import { auditQuery } from './audit';
import { Choice, Filter, Moment, Stack, StackCell, StackRow, Who } from './parts';
import { type AuditSearch, actionChoices, readAuditSearch } from './search';
import { t } from './text';

const heads = {
  when: { text: t('audit.when') },
  who: { text: t('audit.who') },
  what: { text: t('audit.what') },
  whom: { text: t('audit.whom') },
  why: { text: t('audit.why') },
};

/** Who did what to whom, when and why. */
export function Audit({ search }: { search: AuditSearch }) {
  const query = useQuery(auditQuery(search));
  const navigate = useNavigate();
  return (
    <>
      <Filter
        id={JSON.stringify(search)}
        onApply={(form) =>
          void navigate({ to: '/admin/audit', search: readAuditSearch(Object.fromEntries(form)) })
        }
      >
        <Choice
          label={t('audit.action')}
          name="action"
          value={search.action}
          choices={actionChoices}
          textOfChoice={textOfAction}
        />
      </Filter>
      <Fetched query={query} error={t('admin.error')}>
        {({ data, pagination }) =>
          data.length === 0 ? (
            <Empty title={t('admin.none')} />
          ) : (
            <>
              <Stack caption={t('admin.audit')} heads={Object.values(heads)}>
                {data.map((entry) => (
                  <Row key={entry.id} entry={entry} />
                ))}
              </Stack>
              <RoutePager pagination={pagination} />
            </>
          )
        }
      </Fetched>
    </>
  );
}

/** An action in words; one that this version does not know, as the house calls it. */
function textOfAction(action: string): string {
  const known = actionChoices.find((choice) => choice === action);
  return known ? t(`audit.${known}`) : action;
}

function Row({ entry }: { entry: AuditEntry }) {
  const { at, actor, action, account, lot, reason, detail } = entry;
  const byHand = action === 'admin.promote';
  return (
    <StackRow>
      <StackCell head={heads.when}>
        <Moment iso={at} />
      </StackCell>
      <StackCell head={heads.who}>
        {actor ? (
          <Who person={actor} />
        ) : (
          <span className="text-muted">{t(byHand ? 'audit.house' : 'audit.nobody')}</span>
        )}
      </StackCell>
      <StackCell head={heads.what}>{textOfAction(action)}</StackCell>
      <StackCell head={heads.whom}>
        {account && <Who person={account} />}
        {lot && (
          <Link
            to="/auctions/$auctionId"
            params={{ auctionId: lot.id }}
            className="inline-flex min-h-11 items-center text-accent underline underline-offset-4"
          >
            {lot.title}
          </Link>
        )}
      </StackCell>
      <StackCell head={heads.why} wide="named">
        <span className="block lg:min-w-40">{reason}</span>
        {detail && <span className="block break-all text-muted">{detail}</span>}
      </StackCell>
    </StackRow>
  );
}
