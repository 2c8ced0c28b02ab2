import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { Bid } from '@/lib/api/types';
import { toCents } from '@/lib/money';

/** As many rows as the house gives at once; whoever bid before these reads the history instead. */
const rows_max = 100;

/** The latest bids, to look for the moment when the viewer lost the lead. */
export function whyQuery(auctionId: string) {
  return queryOptions({
    // Under the history's key, so that it is fetched again with it.
    queryKey: ['bids', auctionId, 'why'],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/auctions/{id}/bids', {
          params: { path: { id: auctionId }, query: { limit: rows_max } },
          signal,
        }),
      ),
  });
}

export interface Why {
  /** The viewer's last bid of their own. */
  own: Bid;
  /** What was answered for them after it, oldest first. */
  answers: Bid[];
  /** The bid that took the lead from them, or kept it. */
  beatenBy: Bid;
  /**
   * Whether an equal offer was there before, another's maximum answered at once, or somebody
   * simply bid more.
   */
  how: 'tie' | 'auto' | 'more';
  /** Bids of anybody after that one. */
  since: number;
}

/**
 * How somebody lost the lead, from the public history and their own rows in it (newest first, as
 * the house gives it). Null where their last bid lies further back, or nobody has beaten it.
 */
export function whyOutbid(bids: Bid[], mine: string): Why | null {
  const oldestFirst = bids.toReversed();
  const isMine = (bid: Bid) => bid.bidderId === mine;
  const start = oldestFirst.findLastIndex((bid) => isMine(bid) && !bid.isProxyBid);
  const last = oldestFirst.findLastIndex(isMine);
  const own = oldestFirst[start];
  const beatenBy = oldestFirst[last + 1];
  const stood = oldestFirst[last];
  if (!own || !stood || !beatenBy) return null;
  const equal = toCents(beatenBy.amount) === toCents(stood.amount);
  return {
    own,
    answers: oldestFirst.slice(start + 1, last + 1).filter(isMine),
    beatenBy,
    how: !beatenBy.isProxyBid ? 'more' : equal ? 'tie' : 'auto',
    since: oldestFirst.slice(last + 2).filter((bid) => !bid.isProxyBid).length,
  };
}
