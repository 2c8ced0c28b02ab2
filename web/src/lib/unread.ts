import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from './api/client';

async function fetchUnread(signal: AbortSignal): Promise<number> {
  const { unreadCount } = await unwrap(
    api.GET('/api/v1/users/me/notifications', { params: { query: { limit: 1 } }, signal }),
  );
  return unreadCount;
}

/** How many notifications are unread; the socket keeps it true in between. */
export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: ({ signal }) => fetchUnread(signal),
  staleTime: 60_000,
});
