import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/lib/api/client';
import type { AuditSearch } from './search';

const page_size = 50;

export function auditQuery(search: AuditSearch) {
  return queryOptions({
    queryKey: ['admin', 'audit', search],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/admin/audit', {
          params: { query: { ...search, limit: page_size } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
