import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { Auction, AuctionChanges, AuctionImage } from '@/lib/api/types';
import { book } from '@/live/instance';

const pathOf = (id: string) => ({ params: { path: { id } } });

/** A lot as it is when its form comes up. What is typed must not change under the typist. */
export function editQuery(id: string) {
  return queryOptions({
    queryKey: ['edit', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/auctions/{id}', { ...pathOf(id), signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** Takes the lot as the house now has it to wherever it is shown. */
function useTake(id: string) {
  const client = useQueryClient();
  return (lot: Auction) => {
    book.absorb(lot);
    client.setQueryData(editQuery(id).queryKey, lot);
    void client.invalidateQueries({ queryKey: ['auctions'] });
    void client.invalidateQueries({ queryKey: ['my', 'lots'] });
  };
}

export function useSaveLot(id: string) {
  const take = useTake(id);
  return useMutation({
    mutationFn: (change: AuctionChanges) =>
      unwrap(api.PATCH('/api/v1/auctions/{id}', { ...pathOf(id), body: change })),
    onSuccess: take,
  });
}

export function usePublish(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/auctions/{id}/publish', pathOf(id))),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['auctions'] });
      void client.invalidateQueries({ queryKey: ['my', 'lots'] });
      void client.invalidateQueries({ queryKey: ['lot', id] });
    },
  });
}

export function useDeleteDraft(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/auctions/{id}', pathOf(id))),
    onSuccess: () => client.invalidateQueries({ queryKey: ['my', 'lots'] }),
  });
}

export type PictureChange =
  | { kind: 'add'; files: File[] }
  | { kind: 'remove'; id: string }
  | { kind: 'order'; ids: string[] };

async function changePictures(lot: Auction, change: PictureChange): Promise<AuctionImage[]> {
  const path = { id: lot.id };
  switch (change.kind) {
    case 'add': {
      const form = new FormData();
      for (const file of change.files) form.append('images', file, file.name);
      return unwrap(
        api.POST('/api/v1/auctions/{id}/images', { params: { path }, body: form as never }),
      );
    }
    case 'remove':
      await unwrap(
        api.DELETE('/api/v1/auctions/{id}/images/{imageId}', {
          params: { path: { ...path, imageId: change.id } },
        }),
      );
      return lot.images.filter((image) => image.id !== change.id);
    case 'order':
      return unwrap(
        api.PUT('/api/v1/auctions/{id}/images/order', {
          params: { path },
          body: { imageIds: change.ids },
        }),
      );
  }
}

/** Changes the pictures of a lot that is there; each change is saved by itself. */
export function usePictures(lot: Auction) {
  const take = useTake(lot.id);
  return useMutation({
    mutationFn: (change: PictureChange) => changePictures(lot, change),
    onSuccess: (images) => take({ ...lot, images }),
  });
}
