import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { buttonClass } from '@/components/ui/Button';
import { LotCard } from '@/components/ui/LotCard';
import { Pager } from '@/components/ui/Pager';
import { Empty, Failure, Skeleton } from '@/components/ui/State';
import { cx } from '@/lib/cx';
import { formatMoney } from '@/lib/money';
import { useTitle } from '@/lib/title';
import { useLot, useWatch } from '@/live/react';
import { openMaximum } from '@/live/view';
import { type MyBidRow, myBidsQuery } from './myBids';
import { myLotsQuery } from './myLots';
import type { MineSearch } from './search';
import { type Group, groups, standingNow } from './standing';
import { t } from './text';

const gridClass = 'grid grid-cols-2 gap-3 sm:gap-4 md:grid-cols-3 lg:grid-cols-4';

export function MyBids({ search }: { search: MineSearch }) {
  useTitle(t('mine.bids'));
  const { data, error, refetch } = useQuery(myBidsQuery(search.page ?? 1));
  useWatch(data?.rows.map((row) => row.id) ?? []);
  return (
    <>
      <h1 className="text-3xl">{t('mine.bids')}</h1>
      <nav
        aria-label={t('mine.standing')}
        className="-mx-4 mt-4 mb-6 flex gap-2 overflow-x-auto px-4 pb-1"
      >
        <Tab standing={undefined} current={!search.standing}>
          {t('mine.all')}
        </Tab>
        {groups.map((group) => (
          <Tab key={group} standing={group} current={search.standing === group}>
            {t(`mine.${group}`)}
          </Tab>
        ))}
      </nav>
      {error && !data ? (
        <Failure title={t('mine.error')} error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.rows.length === 0 ? (
        <Empty title={t('mine.noBids')}>
          <Link to="/" className={buttonClass('secondary')}>
            {t('mine.find')}
          </Link>
        </Empty>
      ) : (
        <>
          <ul className={cx(gridClass, 'peer')}>
            {data.rows.map((row) => (
              <BidItem key={row.id} row={row} only={search.standing} />
            ))}
          </ul>
          <p className="hidden py-14 text-center text-muted peer-empty:block">
            {t('mine.noneHere')}
          </p>
        </>
      )}
      {data && (
        <Pager
          page={data.pagination.page}
          pages={data.pagination.totalPages}
          link={(page, content) => (
            <PageLink to="/my/bids" search={search} page={page}>
              {content}
            </PageLink>
          )}
        />
      )}
    </>
  );
}

export function MyLots({ search }: { search: MineSearch }) {
  useTitle(t('mine.lots'));
  const { data, error, refetch } = useQuery(myLotsQuery(search.page ?? 1));
  useWatch(data?.ids ?? []);
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-3xl">{t('mine.lots')}</h1>
        <Link to="/sell" className={buttonClass('secondary')}>
          {t('mine.offer')}
        </Link>
      </div>
      {error && !data ? (
        <Failure title={t('mine.error')} error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.ids.length === 0 ? (
        <Empty title={t('mine.noLots')} />
      ) : (
        <ul className={gridClass}>
          {data.ids.map((id) => (
            <li key={id}>
              <LotCard id={id} />
            </li>
          ))}
        </ul>
      )}
      {data && (
        <Pager
          page={data.pagination.page}
          pages={data.pagination.totalPages}
          link={(page, content) => (
            <PageLink to="/my/lots" search={search} page={page}>
              {content}
            </PageLink>
          )}
        />
      )}
    </>
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

function Tab({
  standing,
  current,
  children,
}: {
  standing: Group | undefined;
  current: boolean;
  children: ReactNode;
}) {
  return (
    <Link
      to="/my/bids"
      search={standing ? { standing } : {}}
      aria-current={current ? 'true' : undefined}
      className={cx(
        'inline-flex min-h-11 items-center rounded-full border px-4 whitespace-nowrap',
        current
          ? 'border-accent bg-accent font-semibold text-on-accent'
          : 'border-line bg-card hover:border-accent',
      )}
    >
      {children}
    </Link>
  );
}

function PageLink({
  to,
  search,
  page,
  children,
}: {
  to: '/my/bids' | '/my/lots';
  search: MineSearch;
  page: number | null;
  children: ReactNode;
}) {
  if (page === null) {
    return (
      <span aria-hidden="true" className={buttonClass('secondary', 'invisible')}>
        {children}
      </span>
    );
  }
  return (
    <Link
      to={to}
      search={{ ...search, page: page === 1 ? undefined : page }}
      className={buttonClass('secondary')}
    >
      {children}
    </Link>
  );
}

function Loading() {
  return (
    <div aria-busy="true" className={gridClass}>
      {['a', 'b', 'c', 'd'].map((name) => (
        <Skeleton key={name} className="h-80" />
      ))}
    </div>
  );
}
