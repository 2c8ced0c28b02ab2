export const sortChoices = ['ending', 'newest', 'priceUp', 'priceDown', 'bids'] as const;
export const statusChoices = ['active', 'scheduled', 'ended'] as const;

export type Sort = (typeof sortChoices)[number];
export type ListStatus = (typeof statusChoices)[number];

/** What the start page's address says; what is left out is the default, so plain links stay plain. */
export interface BrowseSearch {
  search?: string;
  category?: string;
  sort?: Sort;
  status?: ListStatus;
  page?: number;
}

/** Reads the address. Nonsense in it is left out, never an error: people edit addresses. */
export function readSearch(raw: Record<string, unknown>): BrowseSearch {
  const search = String(raw.search ?? '')
    .trim()
    .slice(0, 100);
  const category = String(raw.category ?? '');
  const sort = sortChoices.find((choice) => choice === raw.sort);
  const status = statusChoices.find((choice) => choice === raw.status);
  const page = Number(raw.page);
  // Every name is there: the router would let what is left out through as it came.
  return {
    search: search || undefined,
    category: /^[a-z0-9-]{2,40}$/.test(category) ? category : undefined,
    sort: sort === 'ending' ? undefined : sort,
    status: status === 'active' ? undefined : status,
    page: Number.isInteger(page) && page > 1 ? page : undefined,
  };
}
