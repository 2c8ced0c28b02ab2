import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';

/** Where the viewer is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/me/sessions', { signal })),
  staleTime: 0,
});

/** Ends one session, or all but this one where none is named. */
export function useEndSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string | null) =>
      unwrap<unknown>(
        id === null
          ? api.DELETE('/api/v1/users/me/sessions')
          : api.DELETE('/api/v1/users/me/sessions/{id}', { params: { path: { id } } }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}
