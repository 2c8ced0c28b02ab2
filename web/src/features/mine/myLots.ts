import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { Pagination } from '@/lib/api/types';
import { book } from '@/live/instance';
import type { LotsSearch } from './search';

const page_size = 24;

/** A page of my lots. Drafts change by nobody's hand but mine, so they are not watched live. */
export interface MyLotsPage {
  ids: string[];
  live: string[];
  pagination: Pagination;
}

async function fetchMyLots(
  { page = 1, status }: LotsSearch,
  signal: AbortSignal,
): Promise<MyLotsPage> {
  const { data, pagination } = await unwrap(
    api.GET('/api/v1/users/me/auctions', {
      params: { query: { page, limit: page_size, status } },
      signal,
    }),
  );
  for (const lot of data) book.absorb(lot);
  const live = data.filter((lot) => lot.status === 'active' || lot.status === 'scheduled');
  return { ids: data.map(({ id }) => id), live: live.map(({ id }) => id), pagination };
}

export function myLotsQuery(search: LotsSearch) {
  return queryOptions({
    queryKey: ['my', 'lots', search],
    queryFn: ({ signal }) => fetchMyLots(search, signal),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}
