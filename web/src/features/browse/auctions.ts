import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { Pagination } from '@/lib/api/types';
import { book } from '@/live/instance';
import type { BrowseSearch, Sort } from './search';

/** Divides evenly into rows of 2, 3 and 4. */
export const page_size = 24;

const sorts: Record<Sort, { sort: string; order: 'asc' | 'desc' }> = {
  ending: { sort: 'endTime', order: 'asc' },
  newest: { sort: 'createdAt', order: 'desc' },
  priceUp: { sort: 'currentBid', order: 'asc' },
  priceDown: { sort: 'currentBid', order: 'desc' },
  bids: { sort: 'bidCount', order: 'desc' },
};

/** A page of a list: which lots, in which order. The lots themselves are in the book. */
export interface LotPage {
  ids: string[];
  pagination: Pagination;
}

async function fetchAuctions(search: BrowseSearch, signal: AbortSignal): Promise<LotPage> {
  const status = search.status ?? 'active';
  const sorting = sorts[search.sort ?? 'ending'];
  // "Ending soonest" among those that ended is the other way round: the last one first.
  const order = status === 'ended' && sorting.sort === 'endTime' ? 'desc' : sorting.order;
  const { data, pagination } = await unwrap(
    api.GET('/api/v1/auctions', {
      params: {
        query: {
          page: search.page ?? 1,
          limit: page_size,
          status,
          sort: sorting.sort,
          order,
          ...(search.category ? { category: search.category } : {}),
          ...(search.search ? { search: search.search } : {}),
          minPrice: search.min,
          maxPrice: search.max,
        },
      },
      signal,
    }),
  );
  for (const lot of data) book.absorb(lot);
  return { ids: data.map((lot) => lot.id), pagination };
}

export function auctionsQuery(search: BrowseSearch) {
  return queryOptions({
    queryKey: ['auctions', search],
    queryFn: ({ signal }) => fetchAuctions(search, signal),
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  });
}
