import { type RawSearch, readChoice, readPage } from '@/lib/search';
import { type Group, groups } from './standing';

export const lotStatusChoices = [
  'draft',
  'scheduled',
  'active',
  'sold',
  'unsold',
  'cancelled',
] as const;
export type LotStatus = (typeof lotStatusChoices)[number];

export interface BidsSearch {
  page?: number;
  standing?: Group;
}

export interface LotsSearch {
  page?: number;
  status?: LotStatus;
}

export const readBidsSearch = (raw: RawSearch): BidsSearch => ({
  page: readPage(raw),
  standing: readChoice(raw.standing, groups),
});

export const readLotsSearch = (raw: RawSearch): LotsSearch => ({
  page: readPage(raw),
  status: readChoice(raw.status, lotStatusChoices),
});
