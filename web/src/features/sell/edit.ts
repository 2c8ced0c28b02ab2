import { queryOptions, useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { Auction, AuctionChanges, AuctionImage } from '@/lib/api/types';
import { book } from '@/live/instance';
import { move } from './pictures';

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
  | { kind: 'move'; id: string; to: number };

/** The pictures as they will be once the house has said yes; new ones are seen when it has. */
export function afterChange(images: AuctionImage[], change: PictureChange): AuctionImage[] {
  switch (change.kind) {
    case 'add':
      return images;
    case 'remove':
      return images.filter(({ id }) => id !== change.id);
    case 'move':
      return move(
        images,
        images.findIndex(({ id }) => id === change.id),
        change.to,
      );
  }
}

async function changePictures(lot: Auction, change: PictureChange): Promise<AuctionImage[]> {
  const path = { id: lot.id };
  const changed = afterChange(lot.images, change);
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
      return changed;
    case 'move':
      return unwrap(
        api.PUT('/api/v1/auctions/{id}/images/order', {
          params: { path },
          body: { imageIds: changed.map(({ id }) => id) },
        }),
      );
  }
}

/**
 * Changes the pictures of a lot that is there, one change after the other: each is made to what the
 * one before has left. What is not there yet is in `pending`.
 */
export function usePictures(lot: Auction, onError: (error: Error) => void) {
  const client = useQueryClient();
  const take = useTake(lot.id);
  const latest = () => client.getQueryData(editQuery(lot.id).queryKey) ?? lot;
  const mutationKey = ['pictures', lot.id];
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: (change: PictureChange) => changePictures(latest(), change),
    onSuccess: (images) => take({ ...latest(), images }),
    onError,
  });
  const pending = useMutationState({
    filters: { mutationKey, status: 'pending' },
    select: ({ state }) => state.variables as PictureChange,
  });
  return { change: mutate, pending };
}
