import { useRef, useState } from 'react';
import { ApiFailure, api, unwrap } from '@/lib/api/client';
import { textForCode } from '@/lib/i18n';
import { newKey } from '@/lib/key';
import { changeOf } from './form';
import type { ChosenPicture, PictureState } from './pictures';
import { uploadPicture } from './upload';

/** What the house has of a lot that is being put up. */
interface Sent {
  id: string;
  /** The fields as they were sent. */
  fields: string;
  /** The house's ids of the pictures that it has, by ours, in its order. */
  pictures: Map<string, string>;
  publishKey: string;
}

/**
 * Puts a lot up: as a draft, then picture by picture, then before the public. Whatever fails on the
 * way is tried again from there, and nothing is public before all of it is there.
 */
export function useCreateLot() {
  const sent = useRef<Sent | null>(null);
  const createKey = useRef({ body: '', key: '' });
  const [states, setStates] = useState<Record<string, PictureState>>({});
  const [busy, setBusy] = useState<'draft' | 'publish' | null>(null);

  const send = async (fields: Record<string, string>, pictures: ChosenPicture[]): Promise<Sent> => {
    const body = JSON.stringify(fields);
    if (!sent.current) {
      if (createKey.current.body !== body) createKey.current = { body, key: newKey() };
      const id = await createDraft(fields, createKey.current.key);
      sent.current = { id, fields: body, pictures: new Map(), publishKey: newKey() };
    }
    const lot = sent.current;
    if (lot.fields !== body) {
      await unwrap(
        api.PATCH('/api/v1/auctions/{id}', { ...pathOf(lot.id), body: changeOf(null, fields) }),
      );
      lot.fields = body;
      lot.publishKey = newKey();
    }
    await sendPictures(lot, pictures, (id, state) =>
      setStates((before) => ({ ...before, [id]: state })),
    );
    return lot;
  };

  const create = async (
    fields: Record<string, string>,
    pictures: ChosenPicture[],
    how: 'draft' | 'publish',
  ): Promise<string> => {
    setBusy(how);
    setStates({});
    try {
      const { id, publishKey } = await send(fields, pictures);
      if (how === 'publish') {
        await unwrap(
          api.POST('/api/v1/auctions/{id}/publish', {
            ...pathOf(id),
            headers: { 'X-Idempotency-Key': publishKey },
          }),
        );
      }
      return id;
    } finally {
      setBusy(null);
    }
  };
  return { create, busy, states };
}

const pathOf = (id: string) => ({ params: { path: { id } } });

async function createDraft(fields: Record<string, string>, key: string): Promise<string> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('draft', 'true');
  const { auctionId } = await unwrap(
    api.POST('/api/v1/auctions', {
      // The document describes the JSON form; multipart carries the same names as text.
      body: form as never,
      headers: { 'X-Idempotency-Key': key },
    }),
  );
  return auctionId;
}

/** Brings the house's pictures to ours, one after the other, so that their order is ours. */
async function sendPictures(
  lot: Sent,
  pictures: ChosenPicture[],
  tell: (id: string, state: PictureState) => void,
): Promise<void> {
  for (const [id, imageId] of lot.pictures) {
    if (pictures.some((picture) => picture.id === id)) continue;
    await unwrap(
      api.DELETE('/api/v1/auctions/{id}/images/{imageId}', {
        params: { path: { id: lot.id, imageId } },
      }),
    );
    lot.pictures.delete(id);
  }
  for (const picture of pictures) {
    if (lot.pictures.has(picture.id)) continue;
    tell(picture.id, { sent: 0 });
    try {
      const all = await uploadPicture(lot.id, picture, (part) => tell(picture.id, { sent: part }));
      lot.pictures.set(picture.id, all.at(-1)?.id ?? '');
      tell(picture.id, { sent: 1 });
    } catch (error) {
      const code = error instanceof ApiFailure ? error.code : 'UNEXPECTED';
      tell(picture.id, { failed: textForCode(code) });
      throw error;
    }
  }
  const wanted = pictures.map(({ id }) => lot.pictures.get(id) ?? '');
  if (wanted.join() === [...lot.pictures.values()].join()) return;
  await unwrap(
    api.PUT('/api/v1/auctions/{id}/images/order', {
      ...pathOf(lot.id),
      body: { imageIds: wanted },
    }),
  );
  lot.pictures = new Map(pictures.map(({ id }, index) => [id, wanted[index] ?? '']));
}
