import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { AnalyticsSearch } from './search';

export function analyticsQuery(search: AnalyticsSearch) {
  return queryOptions({
    queryKey: ['admin', 'analytics', search],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/admin/analytics', { params: { query: { ...search } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}
