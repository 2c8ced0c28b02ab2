import { queryOptions } from '@tanstack/react-query';
import { ApiFailure, api, unwrap } from '@/lib/api/client';
import { book } from '@/live/instance';

async function fetchLot(id: string, signal: AbortSignal): Promise<string> {
  const lot = await unwrap(api.GET('/api/v1/auctions/{id}', { params: { path: { id } }, signal }));
  book.absorb(lot);
  return lot.id;
}

/** Fetches a lot into the book; the query itself knows only whether that went well. */
export function lotQuery(id: string) {
  return queryOptions({
    queryKey: ['lot', id],
    queryFn: ({ signal }) => fetchLot(id, signal),
    // Once it is there, the socket keeps it true.
    staleTime: 30_000,
    retry: (count, error) => !isGone(error) && count < 3,
  });
}

/** Whether there is no such lot (an address that is no id at all included). */
export function isGone(error: unknown): boolean {
  return error instanceof ApiFailure && (error.status === 404 || error.status === 400);
}
