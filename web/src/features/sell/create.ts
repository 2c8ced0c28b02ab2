import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { ChosenPicture } from './pictures';

export interface NewLot {
  fields: Record<string, string>;
  pictures: ChosenPicture[];
  /** One for each filled form, so that a second press cannot offer the lot twice. */
  key: string;
}

/** Puts a lot up, pictures and all, in one request: either all of it is there or nothing. */
export function useCreateLot() {
  return useMutation({
    mutationFn: ({ fields, pictures, key }: NewLot) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      for (const { file } of pictures) form.append('images', file, file.name);
      return unwrap(
        api.POST('/api/v1/auctions', {
          // The document describes the JSON form; multipart carries the same names as text.
          body: form as never,
          headers: { 'X-Idempotency-Key': key },
        }),
      );
    },
  });
}
