import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Skeleton } from './State';

interface Props<T> {
  query: UseQueryResult<T>;
  /** What to say where it could not be fetched. */
  error: string;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** What a query holds, or that it is on its way, or why it is not there. */
export function Fetched<T>({ query, error, loading, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return <Failure title={error} error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <div aria-busy="true">{loading ?? <Skeleton className="h-48" />}</div>;
}
