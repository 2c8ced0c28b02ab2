import { useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Failure, Skeleton } from '@/components/ui/State';
import type { Auction, Bid } from '@/lib/api/types';
import { cx } from '@/lib/cx';
import { textForBidder } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import { formatClock, formatMoment } from '@/lib/time';
import { clock } from '@/live/instance';
import { useBids } from './bids';
import { t } from './text';

const day_ms = 86_400_000;

/** The price path, newest first: every bid and every answer that an auto-bid gave. */
export function History({ lot }: { lot: Auction }) {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useBids(lot.id, page);
  return (
    <section className="panel self-start p-4 sm:p-5">
      <h2 className="text-xl">{t('history.title')}</h2>
      {error && !data ? (
        <Failure title={t('history.error')} error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton className="mt-4 h-32" />
      ) : data.data.length === 0 ? (
        <p className="mt-2 text-muted">{t('history.none')}</p>
      ) : (
        <>
          <Rows lot={lot} bids={data.data} />
          {data.data.some((bid) => bid.isProxyBid) && (
            <p className="mt-3 border-t border-line pt-3 text-sm text-muted">
              {t('history.autoHint')}
            </p>
          )}
        </>
      )}
      {data && data.pagination.totalPages > 1 && (
        <div className="mt-3 flex justify-between gap-2">
          <Button kind="quiet" disabled={page <= 1} onClick={() => setPage(page - 1)}>
            {t('history.newer')}
          </Button>
          <Button
            kind="quiet"
            disabled={page >= data.pagination.totalPages}
            onClick={() => setPage(page + 1)}
          >
            {t('history.older')}
          </Button>
        </div>
      )}
    </section>
  );
}

function Rows({ lot, bids }: { lot: Auction; bids: Bid[] }) {
  // Bids on a cancelled lot do not count.
  const counts = lot.status !== 'cancelled';
  return (
    <table className="mt-3 w-full border-collapse text-start">
      <thead className="text-sm text-muted">
        <tr>
          <th scope="col" className="py-1.5 text-start font-normal">
            {t('history.bidder')}
          </th>
          <th scope="col" className="py-1.5 text-end font-normal">
            {t('history.amount')}
          </th>
          <th scope="col" className="py-1.5 text-end font-normal">
            {t('history.time')}
          </th>
        </tr>
      </thead>
      <tbody>
        {bids.map((bid) => (
          <Row
            key={bid.id}
            bid={bid}
            own={bid.bidderId === lot.viewer?.bidderId}
            leads={counts && bid.isWinning}
          />
        ))}
      </tbody>
    </table>
  );
}

/** By their name in this lot; for those in charge it leads to who they are. */
function Bidder({ bid, own }: { bid: Bid; own: boolean }) {
  if (own) return <strong className="text-accent">{t('history.you')}</strong>;
  if (!bid.bidderUserId) return textForBidder(bid.bidderName);
  return (
    <Link to="/admin/users" search={{ search: bid.bidderUserId }} className="underline">
      {textForBidder(bid.bidderName)}
    </Link>
  );
}

function Row({ bid, own, leads }: { bid: Bid; own: boolean; leads: boolean }) {
  const recent = clock.now() - Date.parse(bid.createdAt) < day_ms;
  return (
    <tr className={cx('border-t border-line', leads && 'font-semibold')}>
      <td className="py-2 pe-2">
        <Bidder bid={bid} own={own} />
        {bid.isProxyBid && (
          <>
            {' '}
            <span className="inline-block rounded-full border border-line px-2 text-xs/5 font-normal whitespace-nowrap text-muted">
              {t('history.auto')}
            </span>
          </>
        )}
        {leads && <span className="sr-only"> ({t('history.leading')})</span>}
      </td>
      <td className="money py-2 text-end">{formatMoney(bid.amount)}</td>
      <td className="money py-2 ps-2 text-end text-sm sm:ps-3 font-normal text-muted">
        <time dateTime={bid.createdAt} title={formatMoment(bid.createdAt)}>
          {recent ? formatClock(bid.createdAt) : formatMoment(bid.createdAt)}
        </time>
      </td>
    </tr>
  );
}
