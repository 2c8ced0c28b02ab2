import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { ApiFailure, api, unwrap } from './api/client';
import type { User } from './api/types';
import { banned } from './banned';
import { readAs } from './offline';

let meListener: ((me: User) => void) | null = null;

/** Calls back with who is signed in, each time that it is found out. */
export function onMe(listener: (me: User) => void): void {
  meListener = listener;
}

async function fetchMe(): Promise<User | null> {
  try {
    const user = await unwrap(api.GET('/api/v1/auth/me'));
    readAs(user.id);
    meListener?.(user);
    return user;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) {
      readAs('');
      return null;
    }
    // A guest has no answer that could be kept.
    if (error instanceof ApiFailure && error.status === 0 && !navigator.onLine) return null;
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
  readAs(user?.id ?? '');
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
  if (user) banned.setState({ ban: null });
  client.setQueryData(meQuery.queryKey, user);
}
