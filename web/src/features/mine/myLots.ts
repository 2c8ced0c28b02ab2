import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { Pagination } from '@/lib/api/types';
import { book } from '@/live/instance';

const page_size = 24;

async function fetchMyLots(
  page: number,
  signal: AbortSignal,
): Promise<{ ids: string[]; pagination: Pagination }> {
  const { data, pagination } = await unwrap(
    api.GET('/api/v1/users/me/auctions', {
      params: { query: { page, limit: page_size } },
      signal,
    }),
  );
  for (const lot of data) book.absorb(lot);
  return { ids: data.map((lot) => lot.id), pagination };
}

export function myLotsQuery(page: number) {
  return queryOptions({
    queryKey: ['my', 'lots', page],
    queryFn: ({ signal }) => fetchMyLots(page, signal),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}
