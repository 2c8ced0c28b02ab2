import { type RawSearch, readChoice, readDay, readPage, readText } from '@/lib/search';

export const roleChoices = ['user', 'admin'] as const;
export const userStatusChoices = ['active', 'banned'] as const;
export const lotStatusChoices = [
  'draft',
  'scheduled',
  'active',
  'sold',
  'unsold',
  'cancelled',
] as const;
export const actionChoices = [
  'user.ban',
  'user.unban',
  'auction.cancel',
  'auction.extend',
  'admin.promote',
  'sign-in.failed',
  'sign-in.banned',
] as const;

export interface UsersSearch {
  page?: number;
  search?: string;
  role?: (typeof roleChoices)[number];
  status?: (typeof userStatusChoices)[number];
}

export interface LotsSearch {
  page?: number;
  search?: string;
  status?: (typeof lotStatusChoices)[number];
}

export interface AuditSearch {
  page?: number;
  action?: (typeof actionChoices)[number];
}

export interface AnalyticsSearch {
  from?: string;
  to?: string;
}

export const readUsersSearch = (raw: RawSearch): UsersSearch => ({
  page: readPage(raw),
  search: readText(raw.search),
  role: readChoice(raw.role, roleChoices),
  status: readChoice(raw.status, userStatusChoices),
});

export const readLotsSearch = (raw: RawSearch): LotsSearch => ({
  page: readPage(raw),
  search: readText(raw.search),
  status: readChoice(raw.status, lotStatusChoices),
});

export const readAuditSearch = (raw: RawSearch): AuditSearch => ({
  page: readPage(raw),
  action: readChoice(raw.action, actionChoices),
});

export const readAnalyticsSearch = (raw: RawSearch): AnalyticsSearch => ({
  from: readDay(raw.from),
  to: readDay(raw.to),
});
