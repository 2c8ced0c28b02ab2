import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { buttonClass } from '@/components/ui/Button';
import { Chips, chipClass } from '@/components/ui/Chips';
import { Fetched } from '@/components/ui/Fetched';
import { LotCard } from '@/components/ui/LotCard';
import { RoutePager } from '@/components/ui/RoutePager';
import { Empty, Skeleton } from '@/components/ui/State';
import { cx } from '@/lib/cx';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import { useTitle } from '@/lib/title';
import { useLot, useWatch } from '@/live/react';
import { openMaximum } from '@/live/view';
import { type MyBidRow, myBidsQuery } from './myBids';
import { myLotsQuery } from './myLots';
import { type BidsSearch, type LotsSearch, lotStatusChoices } from './search';
import { type Group, groups, standingNow } from './standing';
import { t } from './text';
import { watchlistQuery } from './watchlist';

const gridClass = 'grid grid-cols-2 gap-3 sm:gap-4 md:grid-cols-3 lg:grid-cols-4';

export function MyBids({ search }: { search: BidsSearch }) {
  useTitle(t('mine.bids'));
  const query = useQuery(myBidsQuery(search.page ?? 1));
  useWatch(query.data?.rows.map((row) => row.id) ?? []);
  return (
    <>
      <h1 className="text-3xl">{t('mine.bids')}</h1>
      <Chips label={t('mine.standing')}>
        <Choice to="/my/bids" search={{}} current={!search.standing}>
          {t('mine.all')}
        </Choice>
        {groups.map((standing) => (
          <Choice
            key={standing}
            to="/my/bids"
            search={{ standing }}
            current={search.standing === standing}
          >
            {t(`mine.${standing}`)}
          </Choice>
        ))}
      </Chips>
      <Fetched query={query} error={t('mine.error')} loading={<Loading />}>
        {({ rows, pagination }) =>
          rows.length === 0 ? (
            <Empty title={t('mine.noBids')}>
              <p className="text-muted">{t('mine.noBidsHint')}</p>
              <Link to="/" className={buttonClass('secondary')}>
                {t('mine.find')}
              </Link>
            </Empty>
          ) : (
            <>
              <ul className={cx(gridClass, 'peer')}>
                {rows.map((row) => (
                  <BidItem key={row.id} row={row} only={search.standing} />
                ))}
              </ul>
              <p className="hidden py-14 text-center text-muted peer-empty:block">
                {t('mine.noneHere')}
              </p>
              <RoutePager pagination={pagination} />
            </>
          )
        }
      </Fetched>
    </>
  );
}

export function MyLots({ search }: { search: LotsSearch }) {
  useTitle(t('mine.lots'));
  const query = useQuery(myLotsQuery(search));
  useWatch(query.data?.live ?? []);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-3xl">{t('mine.lots')}</h1>
        <Link to="/sell" className={buttonClass('secondary')}>
          {t('mine.offer')}
        </Link>
      </div>
      <Chips label={t('mine.status')}>
        <Choice to="/my/lots" search={{}} current={!search.status}>
          {t('mine.all')}
        </Choice>
        {lotStatusChoices.map((status) => (
          <Choice key={status} to="/my/lots" search={{ status }} current={search.status === status}>
            {t(status === 'draft' ? 'mine.drafts' : `status.${status}`)}
          </Choice>
        ))}
      </Chips>
      <Fetched query={query} error={t('mine.error')} loading={<Loading />}>
        {({ ids, pagination }) =>
          ids.length === 0 ? (
            <Empty title={t(search.status ? 'mine.noneHere' : 'mine.noLots')}>
              <p className="text-muted">
                {t(search.status ? 'mine.otherState' : 'mine.noLotsHint')}
              </p>
              {search.status ? (
                <Link to="/my/lots" className={buttonClass('secondary')}>
                  {t('mine.showAll')}
                </Link>
              ) : (
                <Link to="/sell" className={buttonClass('primary')}>
                  {t('mine.offer')}
                </Link>
              )}
            </Empty>
          ) : (
            <>
              <Lots ids={ids} />
              <RoutePager pagination={pagination} />
            </>
          )
        }
      </Fetched>
    </>
  );
}

export function Watchlist() {
  useTitle(t('mine.watchlist'));
  const query = useQuery(watchlistQuery);
  useWatch(query.data ?? []);
  return (
    <>
      <h1 className="mb-6 text-3xl">{t('mine.watchlist')}</h1>
      <Fetched query={query} error={t('mine.error')} loading={<Loading />}>
        {(ids) =>
          ids.length === 0 ? (
            <Empty title={t('mine.noWatched')}>
              <p className="text-muted">{t('mine.noWatchedHint')}</p>
              <Link to="/" className={buttonClass('secondary')}>
                {t('mine.find')}
              </Link>
            </Empty>
          ) : (
            <Lots ids={ids} />
          )
        }
      </Fetched>
    </>
  );
}

function Lots({ ids }: { ids: string[] }) {
  return (
    <ul className={gridClass}>
      {ids.map((id) => (
        <li key={id}>
          <LotCard id={id} />
        </li>
      ))}
    </ul>
  );
}

const tones: Record<Group, string> = {
  winning: 'bg-accent-soft text-accent',
  won: 'bg-accent text-on-accent',
  outbid: 'bg-alert-soft text-alert',
  lost: 'bg-line text-ink',
  cancelled: 'bg-line text-ink',
};

/** One lot of mine. Its group follows the live lot, so it moves by itself when I am outbid. */
function BidItem({ row, only }: { row: MyBidRow; only: Group | undefined }) {
  const lot = useLot(row.id);
  const standing = standingNow(row.standing, lot);
  if (only && standing !== only) return null;
  const max = (lot && openMaximum(lot)) ?? row.maxAmount ?? null;
  return (
    <li data-standing={standing}>
      <LotCard id={row.id}>
        <div className="grid gap-2 text-sm">
          <p>
            <span className={cx('rounded-full px-2.5 py-1 font-semibold', tones[standing])}>
              {t(`mine.${standing}`)}
            </span>
          </p>
          <p className="money flex justify-between gap-2">
            <span className="text-muted">{t('mine.yourBid')}</span>
            {formatMoney(row.lastAmount)}
          </p>
          {/* Its line is kept where there is none, so that the prices of a row stand on one line. */}
          <p className="money flex min-h-[1lh] justify-between gap-2">
            {max !== null && (
              <>
                <span className="text-muted">{t('mine.yourMax')}</span>
                {formatMoney(max)}
              </>
            )}
          </p>
        </div>
      </LotCard>
    </li>
  );
}

interface ChoiceProps {
  to: '/my/bids' | '/my/lots';
  search: BidsSearch & LotsSearch;
  current: boolean;
  children: ReactNode;
}

function Choice({ to, search, current, children }: ChoiceProps) {
  return (
    <Link
      to={to}
      search={search}
      aria-current={current ? 'true' : undefined}
      className={chipClass(current)}
    >
      {children}
    </Link>
  );
}

function Loading() {
  return (
    <div className={gridClass}>
      {['a', 'b', 'c', 'd'].map((name) => (
        <Skeleton key={name} className="h-80" />
      ))}
    </div>
  );
}
