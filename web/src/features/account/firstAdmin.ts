import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';

/** Whether the house still waits for its first admin. */
export const firstAdminQuery = queryOptions({
  queryKey: ['first-admin'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/auth/first-admin', { signal })),
  staleTime: 0,
});
