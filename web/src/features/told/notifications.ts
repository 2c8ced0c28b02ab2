import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';

const page_size = 20;

/** A page of what the viewer was told, newest first. */
export function notificationsQuery(page: number) {
  return queryOptions({
    queryKey: ['notifications', 'list', page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/users/me/notifications', {
          params: { query: { page, limit: page_size } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
}

/** Marks some as read, or all where none are named. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids?: string[]) =>
      unwrap(api.POST('/api/v1/users/me/notifications/read', { body: ids ? { ids } : {} })),
    onSettled: () => client.invalidateQueries({ queryKey: ['notifications'] }),
  });
}
