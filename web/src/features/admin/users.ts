import { keepPreviousData, queryOptions, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { UsersSearch } from './search';

const page_size = 25;

export function usersQuery(search: UsersSearch) {
  return queryOptions({
    queryKey: ['admin', 'users', search],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/admin/users', {
          params: { query: { ...search, limit: page_size } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}

/** Blocks an account, or lets it in again. */
export function useBan() {
  const client = useQueryClient();
  const done = () => client.invalidateQueries({ queryKey: ['admin'] });
  return {
    ban: async (id: string, reason: string) => {
      await unwrap(
        api.POST('/api/v1/admin/users/{id}/ban', { params: { path: { id } }, body: { reason } }),
      );
      await done();
    },
    unban: async (id: string, reason: string) => {
      await unwrap(
        api.POST('/api/v1/admin/users/{id}/unban', {
          params: { path: { id } },
          body: reason ? { reason } : {},
        }),
      );
      await done();
    },
  };
}
