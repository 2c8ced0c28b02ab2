import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import { book } from '@/live/instance';

async function fetchWatchlist(signal: AbortSignal): Promise<string[]> {
  const lots = await unwrap(api.GET('/api/v1/users/me/watchlist', { signal }));
  for (const lot of lots) book.absorb(lot);
  return lots.map((lot) => lot.id);
}

/** The lots I watch, those that close soonest first; the lots themselves are in the book. */
export const watchlistQuery = queryOptions({
  queryKey: ['my', 'watchlist'],
  queryFn: ({ signal }) => fetchWatchlist(signal),
  staleTime: 0,
});
