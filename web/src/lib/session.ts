import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { ApiFailure, api, unwrap } from './api/client';
import type { User } from './api/types';
import { banned } from './banned';

async function fetchMe(): Promise<User | null> {
  try {
    return await unwrap(api.GET('/api/v1/auth/me'));
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) return null;
    throw error;
  }
}

/** Who is signed in; null for a guest. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: fetchMe,
  staleTime: 5 * 60_000,
});

/** The signed-in user, null for a guest, undefined while it is not known. */
export function useMe(): User | null | undefined {
  return useQuery(meQuery).data;
}

/** Puts a new identity in place and drops all that was fetched for the one before. */
export function setIdentity(client: QueryClient, user: User | null): void {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
  if (user) banned.setState({ ban: null });
  client.setQueryData(meQuery.queryKey, user);
}
