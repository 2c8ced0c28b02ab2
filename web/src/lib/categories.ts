import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from './api/client';

/** The house's categories with their open lots. */
export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/categories', { signal })),
  staleTime: 60_000,
});
