import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { LotsSearch } from './search';

const page_size = 25;

export function lotsQuery(search: LotsSearch) {
  return queryOptions({
    queryKey: ['admin', 'lots', search],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/admin/auctions', {
          params: { query: { ...search, limit: page_size } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}

/** Withdraws a lot, or moves its close. */
export function useLotOffice() {
  const client = useQueryClient();
  const done = () => client.invalidateQueries({ queryKey: ['admin'] });
  return {
    cancel: async (id: string, reason: string) => {
      await unwrap(
        api.POST('/api/v1/admin/auctions/{id}/cancel', {
          params: { path: { id } },
          body: { reason },
        }),
      );
      await done();
    },
    extend: async (id: string, endTime: string, reason: string) => {
      await unwrap(
        api.POST('/api/v1/admin/auctions/{id}/extend', {
          params: { path: { id } },
          body: reason ? { endTime, reason } : { endTime },
        }),
      );
      await done();
    },
  };
}
