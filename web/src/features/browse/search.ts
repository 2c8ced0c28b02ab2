import { type RawSearch, readChoice, readPage, readText } from '@/lib/search';

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
  /** The least and the highest price, in whole units of the currency. */
  min?: number;
  max?: number;
  page?: number;
}

/** An amount that an address may hold; undefined where it is none. */
function readPrice(value: unknown): number | undefined {
  const price = Number(value);
  return Number.isInteger(price) && price > 0 && price <= 1e9 ? price : undefined;
}

/** Reads the address. Nonsense in it is left out, never an error: people edit addresses. */
export function readSearch(raw: RawSearch): BrowseSearch {
  const category = String(raw.category ?? '');
  const sort = readChoice(raw.sort, sortChoices);
  const status = readChoice(raw.status, statusChoices);
  const min = readPrice(raw.min);
  const max = readPrice(raw.max);
  return {
    search: readText(raw.search),
    category: /^[a-z0-9-]{2,40}$/.test(category) ? category : undefined,
    sort: sort === 'ending' ? undefined : sort,
    status: status === 'active' ? undefined : status,
    min,
    // A range with nothing in it is a slip; the lower end is what was meant to stay.
    max: min !== undefined && max !== undefined && max < min ? undefined : max,
    page: readPage(raw),
  };
}
