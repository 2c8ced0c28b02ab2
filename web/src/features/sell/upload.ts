import { ApiFailure, failureOf } from '@/lib/api/client';
import type { AuctionImage } from '@/lib/api/types';
import type { ChosenPicture } from './pictures';

/**
 * Sends one picture to a draft and tells how far it is, from 0 to 1; fetch cannot tell. The
 * picture's own key lets it be sent again without being there twice.
 *
 * Answers with all pictures of the draft, the new one last.
 */
export function uploadPicture(
  lotId: string,
  { id, file }: ChosenPicture,
  onProgress: (part: number) => void,
): Promise<AuctionImage[]> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/auctions/${lotId}/images`);
    request.setRequestHeader('X-Idempotency-Key', id);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiFailure(0, 'NETWORK', ''));
    request.onload = () => {
      let body: unknown = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // A proxy answered in its own words.
      }
      if (request.status === 201) resolve(body as AuctionImage[]);
      else reject(failureOf(new Response(null, { status: request.status || 500 }), body));
    };
    const form = new FormData();
    form.append('images', file, file.name);
    request.send(form);
  });
}
