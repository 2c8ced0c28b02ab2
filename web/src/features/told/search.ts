import { type RawSearch, readPage } from '@/lib/search';

export interface ToldSearch {
  page?: number;
}

export const readToldSearch = (raw: RawSearch): ToldSearch => ({ page: readPage(raw) });
