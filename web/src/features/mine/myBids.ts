import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { MyBid, Pagination } from '@/lib/api/types';
import { book } from '@/live/instance';

const page_size = 24;

/** What I did on a lot; the lot itself is in the book. */
export type MyBidRow = Omit<MyBid, 'auction'> & { id: string };

async function fetchMyBids(
  page: number,
  signal: AbortSignal,
): Promise<{ rows: MyBidRow[]; pagination: Pagination }> {
  const { data, pagination } = await unwrap(
    api.GET('/api/v1/users/me/bids', { params: { query: { page, limit: page_size } }, signal }),
  );
  const rows = data.map(({ auction, ...rest }) => {
    book.absorb(auction);
    return { ...rest, id: auction.id };
  });
  return { rows, pagination };
}

export function myBidsQuery(page: number) {
  return queryOptions({
    queryKey: ['my', 'bids', page],
    queryFn: ({ signal }) => fetchMyBids(page, signal),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}
