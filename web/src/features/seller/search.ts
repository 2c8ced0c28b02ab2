import { type RawSearch, readChoice, readPage } from '@/lib/search';

export const statusChoices = ['active', 'scheduled', 'ended'] as const;

export interface SellerSearch {
  page?: number;
  status?: (typeof statusChoices)[number];
}

export const readSellerSearch = (raw: RawSearch): SellerSearch => {
  const status = readChoice(raw.status, statusChoices);
  return { page: readPage(raw), status: status === 'active' ? undefined : status };
};
