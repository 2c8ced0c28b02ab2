import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, unwrap } from '@/lib/api/client';
import { newKey } from '@/lib/key';

/** Makes a new lot like one's own, pictures and all: open at once, or as a draft to be changed. */
export function useRelist(id: string) {
  const client = useQueryClient();
  // One for each way, so that pressing again after a lost answer cannot make two.
  const keys = useRef({ draft: newKey(), open: newKey() });
  return useMutation({
    mutationFn: (draft: boolean) =>
      unwrap(
        api.POST('/api/v1/auctions/{id}/relist', {
          params: { path: { id } },
          body: draft ? { draft } : {},
          headers: { 'X-Idempotency-Key': draft ? keys.current.draft : keys.current.open },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['auctions'] });
      void client.invalidateQueries({ queryKey: ['my', 'lots'] });
    },
  });
}
