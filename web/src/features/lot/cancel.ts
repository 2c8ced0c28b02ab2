import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import { feed } from '@/live/instance';

/** Takes a lot off the house; what became of it comes from the server, as always. */
export function useCancelLot(id: string) {
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/auctions/{id}', { params: { path: { id } } })),
    onSettled: () => feed.refresh(id),
  });
}
