import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { NotificationSetting } from '@/lib/api/types';

/** What the viewer wants to be told, and how. */
export const toldQuery = queryOptions({
  queryKey: ['notification-settings'],
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET('/api/v1/users/me/notification-settings', { signal }))).settings,
});

/** Saves all of it; what the house answers is what holds. */
export function useSaveTold() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: NotificationSetting[]) =>
      unwrap(api.PUT('/api/v1/users/me/notification-settings', { body: { settings } })),
    onSuccess: ({ settings }) => client.setQueryData(toldQuery.queryKey, settings),
  });
}
