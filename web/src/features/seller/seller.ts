import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiFailure, api, unwrap } from '@/lib/api/client';
import { book } from '@/live/instance';
import type { SellerSearch } from './search';

const page_size = 24;

/** What everyone may know about somebody who sells. */
export function sellerQuery(id: string) {
  return queryOptions({
    queryKey: ['seller', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });
}

/** Whether there is no such seller. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiFailure && (error.status === 404 || error.status === 400);
}

/** A page of a seller's lots; the lots themselves are in the book. */
export function sellerLotsQuery(sellerId: string, search: SellerSearch) {
  const status = search.status ?? 'active';
  return queryOptions({
    queryKey: ['auctions', 'of', sellerId, search],
    queryFn: async ({ signal }) => {
      const { data, pagination } = await unwrap(
        api.GET('/api/v1/auctions', {
          params: {
            query: {
              sellerId,
              status,
              page: search.page ?? 1,
              limit: page_size,
              sort: 'endTime',
              order: status === 'ended' ? 'desc' : 'asc',
            },
          },
          signal,
        }),
      );
      for (const lot of data) book.absorb(lot);
      return { ids: data.map((lot) => lot.id), pagination };
    },
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });
}
