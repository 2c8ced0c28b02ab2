import {
  keepPreviousData,
  queryOptions,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, unwrap } from '@/lib/api/client';
import type { Bid, BidPage, LotMessage } from '@/lib/api/types';
import { book, feed, orders } from '@/live/instance';
import type { Intent } from '@/live/intents';
import { useLot } from '@/live/react';

const page_size = 10;
/** A lively lot changes many times a second; the whole history need not be fetched as often. */
const refetch_after_ms = 4_000;
const refetch_spread_ms = 2_000;

export function bidsQuery(auctionId: string, page: number) {
  return queryOptions({
    queryKey: ['bids', auctionId, page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/auctions/{id}/bids', {
          params: { path: { id: auctionId }, query: { page, limit: page_size } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: refetch_after_ms,
  });
}

type BidUpdate = Extract<LotMessage, { type: 'bid_update' }>;

/** The first page with the bid of a message on top. */
export function withBid(page: BidPage, message: BidUpdate): BidPage {
  const { bidId, bidderId, bidderName, amount, isProxyBid } = message.data;
  if (page.data.some((bid) => bid.id === bidId)) return page;
  const bid: Bid = {
    id: bidId,
    auctionId: message.auctionId,
    bidderId,
    bidderName,
    amount,
    isProxyBid,
    isWinning: true,
    createdAt: message.timestamp,
  };
  const older = page.data.map((other) => ({ ...other, isWinning: false }));
  return { ...page, data: [bid, ...older].slice(0, page.pagination.limit) };
}

/**
 * A page of the lot's bids. A new bid is put on top at once from its message, which holds only the
 * winning row; the rows beside it (what an auto-bid has answered) come with a fetch: at once for
 * whoever made the bid that was answered, a little later for all others.
 */
export function useBids(auctionId: string, page: number): UseQueryResult<BidPage> {
  const client = useQueryClient();
  const seq = useLot(auctionId)?.seq;
  useEffect(
    () =>
      book.onChange((message) => {
        if (message.auctionId !== auctionId || message.type !== 'bid_update') return;
        client.setQueryData(
          bidsQuery(auctionId, 1).queryKey,
          (first: BidPage | undefined) => first && withBid(first, message),
        );
      }),
    [auctionId, client],
  );
  useEffect(
    () =>
      orders.store.subscribe((now, before) => {
        const intent = now[auctionId];
        if (!intent || intent === before[auctionId] || !isUnannounced(intent)) return;
        lastRefetch.set(auctionId, Date.now());
        void client.invalidateQueries({ queryKey: ['bids', auctionId] });
      }),
    [auctionId, client],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of seq is the reason to fetch.
  useEffect(() => {
    const refetch = () => void client.invalidateQueries({ queryKey: ['bids', auctionId] });
    return throttled(auctionId, refetch);
  }, [seq, auctionId, client]);
  return useQuery(bidsQuery(auctionId, page));
}

/** Whether a bid was taken that no message puts on top: it was answered, or there are no messages. */
function isUnannounced({ order, state, leads }: Intent): boolean {
  if (order.kind !== 'bid' || state !== 'accepted') return false;
  return !leads || feed.connection.getState() !== 'live';
}

const lastRefetch = new Map<string, number>();

/** Runs `refetch` soon after the change, but no more often than a busy lot deserves. */
function throttled(id: string, refetch: () => void): () => void {
  const last = lastRefetch.get(id);
  if (last === undefined) {
    // First sight of the lot: the query fetches by itself.
    lastRefetch.set(id, Date.now());
    return () => {};
  }
  const spread = Math.random() * refetch_spread_ms;
  const wait = Math.max(spread, last + refetch_after_ms + spread - Date.now());
  const timer = setTimeout(() => {
    lastRefetch.set(id, Date.now());
    refetch();
  }, wait);
  return () => clearTimeout(timer);
}
