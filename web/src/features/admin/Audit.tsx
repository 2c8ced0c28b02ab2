import { useQuery } from '@tanstack/react-query';
import { Fetched } from '@/components/ui/Fetched';
import { RoutePager } from '@/components/ui/RoutePager';
import { Empty } from '@/components/ui/State';
import type { AuditEntry } from '@/lib/api/types';
import { Link, useNavigate } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { auditQuery } from './audit';
import { Cell, Choice, Filter, Table, Who } from './parts';
import { type AuditSearch, actionChoices, readAuditSearch } from './search';
import { t } from './text';

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
              <Table
                caption={t('admin.audit')}
                heads={[
                  { text: t('audit.when') },
                  { text: t('audit.who') },
                  { text: t('audit.what') },
                  { text: t('audit.whom') },
                  { text: t('audit.why') },
                ]}
              >
                {data.map((entry) => (
                  <Row key={entry.id} entry={entry} />
                ))}
              </Table>
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
    <tr>
      <Cell>
        <time dateTime={at} className="whitespace-nowrap">
          {formatMoment(at)}
        </time>
      </Cell>
      <Cell>
        {actor ? (
          <Who person={actor} />
        ) : (
          <span className="text-muted">{t(byHand ? 'audit.house' : 'audit.nobody')}</span>
        )}
      </Cell>
      <Cell>{textOfAction(action)}</Cell>
      <Cell>
        {account && <Who person={account} />}
        {lot && (
          <Link
            to="/auctions/$auctionId"
            params={{ auctionId: lot.id }}
            className="text-accent underline underline-offset-4"
          >
            {lot.title}
          </Link>
        )}
      </Cell>
      <Cell>
        <span className="block min-w-40">{reason}</span>
        {detail && <span className="block break-all text-muted">{detail}</span>}
      </Cell>
    </tr>
  );
}
