/**
 * The wire types of calls that the generated document does not hold yet, in the generated document's
 * own form: once it has them, `client.ts` and `types.ts` take theirs from `schema.d.ts` and this
 * file goes.
 */
import type { components, paths } from './schema';

type Schemas = components['schemas'];

export interface Contact {
  displayName: string;
  email: string;
}

/** Somebody, as those in charge see them. */
export interface Person extends Contact {
  id: string;
}

export type ComingAuction = Schemas['Auction'] & {
  /** Who sold it; for the buyer alone. */
  sellerContact?: Contact | null;
};

export interface PageOf<T> {
  data: T[];
  pagination: Schemas['Pagination'];
}

export interface SellerProfile {
  id: string;
  displayName: string;
  memberSince: string;
  activeCount: number;
  soldCount: number;
}

export interface Session {
  id: string;
  current: boolean;
  address: string;
  agent: string;
  createdAt: string;
  expiresAt: string;
}

export interface ApiToken {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt?: string | null;
}

export type NewApiToken = ApiToken & { token: string };

export type NotificationKind =
  | 'outbid'
  | 'max_reached'
  | 'won'
  | 'sold'
  | 'unsold'
  | 'ending_soon'
  | 'cancelled';

export interface Notification {
  id: string;
  kind: NotificationKind;
  auctionId: string;
  auctionTitle: string;
  amount?: number | null;
  reason?: string | null;
  message: string;
  createdAt: string;
  readAt?: string | null;
}

export type NotificationPage = PageOf<Notification> & { unreadCount: number };

export interface NotificationSetting {
  kind: NotificationKind;
  app: boolean;
  mail: boolean;
}

export interface NotificationSettings {
  settings: NotificationSetting[];
}

export interface AdminUser {
  id: string;
  email: string;
  displayName: string;
  role: Schemas['Role'];
  createdAt: string;
  bannedAt?: string | null;
  banReason?: string | null;
  auctionCount: number;
  bidCount: number;
}

export interface AdminAuction {
  auction: ComingAuction;
  seller: Person;
  leader?: Person | null;
  cancelReason?: string | null;
}

export interface AuditEntry {
  id: string;
  at: string;
  actor?: Person | null;
  action: string;
  account?: Person | null;
  lot?: { id: string; title: string } | null;
  reason?: string | null;
  detail?: string | null;
}

export interface AnalyticsTotals {
  newUsers: number;
  auctionsCreated: number;
  sold: number;
  unsold: number;
  cancelled: number;
  bids: number;
  grossSales: number;
  /** Sold of those that came to their end, 0 to 1; null where none did. */
  sellThroughRate?: number | null;
  activeSockets: number;
  activeAuctions: number;
}

export interface AnalyticsDay {
  date: string;
  newUsers: number;
  auctionsCreated: number;
  sold: number;
  unsold: number;
  cancelled: number;
  bids: number;
  grossSales: number;
}

export interface Analytics {
  from: string;
  to: string;
  totals: AnalyticsTotals;
  days: AnalyticsDay[];
  topAuctions: {
    id: string;
    title: string;
    hammerPrice: number;
    bidCount: number;
    endedAt: string;
  }[];
  topCategories: { slug: string; name: string; sold: number; grossSales: number }[];
}

/** The fields of a lot, any of them; null clears an optional one. */
export type LotChange = {
  [K in keyof Schemas['CreateAuctionRequest']]?: Schemas['CreateAuctionRequest'][K] | null;
};

type Parameters<Path, Query> = {
  query?: Query;
  header?: { 'X-Idempotency-Key'?: string };
  cookie?: never;
} & ([keyof Path] extends [never] ? { path?: never } : { path: Path });
type None = Record<never, never>;

interface Gives<R, Path = None, Query = None> {
  parameters: Parameters<Path, Query>;
  requestBody?: never;
  responses: { 200: { content: { 'application/json': R } } };
}
interface Takes<B, R, Path = None> {
  parameters: Parameters<Path, None>;
  requestBody: { content: { 'application/json': B } };
  responses: { 200: { content: { 'application/json': R } } };
}
interface Paged {
  page?: number;
  limit?: number;
}
interface OfId {
  id: string;
}

/** What is new, path by path. */
interface New {
  '/api/v1/users/me': {
    patch: Takes<
      { displayName?: string; email?: string; currentPassword?: string },
      Schemas['User']
    >;
  };
  '/api/v1/auth/password': {
    post: Takes<{ currentPassword: string; newPassword: string }, never>;
  };
  '/api/v1/auth/password/forgot': { post: Takes<{ email: string }, never> };
  '/api/v1/auth/password/reset': { post: Takes<{ token: string; newPassword: string }, never> };
  '/api/v1/auth/first-admin': {
    get: Gives<{ open: boolean }>;
    post: Takes<
      { token: string; email: string; password: string; displayName: string },
      Schemas['User']
    >;
  };
  '/api/v1/users/me/sessions': { get: Gives<Session[]>; delete: Gives<never> };
  '/api/v1/users/me/sessions/{id}': { delete: Gives<never, OfId> };
  '/api/v1/users/me/tokens': {
    get: Gives<ApiToken[]>;
    post: Takes<{ name: string }, NewApiToken>;
  };
  '/api/v1/users/me/tokens/{id}': { delete: Gives<never, OfId> };
  '/api/v1/users/me/notifications': {
    get: Gives<NotificationPage, None, Paged & { unread?: boolean }>;
  };
  '/api/v1/users/me/notifications/read': { post: Takes<{ ids?: string[] }, never> };
  '/api/v1/users/me/notification-settings': {
    get: Gives<NotificationSettings>;
    put: Takes<NotificationSettings, NotificationSettings>;
  };
  '/api/v1/users/me/watchlist': {
    get: Gives<ComingAuction[]>;
    post: Takes<{ auctionId: string }, { auctionId: string }>;
  };
  '/api/v1/users/me/watchlist/{auctionId}': { delete: Gives<never, { auctionId: string }> };
  '/api/v1/users/{id}': { get: Gives<SellerProfile, OfId> };
  '/api/v1/auctions/{id}/publish': {
    post: Gives<Schemas['CreateAuctionResponse'], OfId>;
  };
  '/api/v1/auctions/{id}/relist': {
    post: Takes<LotChange, Schemas['CreateAuctionResponse'], OfId>;
  };
  '/api/v1/auctions/{id}/images': { post: Takes<unknown, Schemas['AuctionImage'][], OfId> };
  '/api/v1/auctions/{id}/images/{imageId}': {
    delete: Gives<never, OfId & { imageId: string }>;
  };
  '/api/v1/auctions/{id}/images/order': {
    put: Takes<{ imageIds: string[] }, Schemas['AuctionImage'][], OfId>;
  };
  '/api/v1/admin/users': {
    get: Gives<
      PageOf<AdminUser>,
      None,
      Paged & { search?: string; role?: string; status?: string }
    >;
  };
  '/api/v1/admin/users/{id}/ban': { post: Takes<{ reason: string }, never, OfId> };
  '/api/v1/admin/users/{id}/unban': { post: Takes<{ reason?: string }, never, OfId> };
  '/api/v1/admin/auctions': {
    get: Gives<
      PageOf<AdminAuction>,
      None,
      Paged & { search?: string; status?: Schemas['AuctionStatus']; sellerId?: string }
    >;
  };
  '/api/v1/admin/auctions/{id}/cancel': { post: Takes<{ reason: string }, never, OfId> };
  '/api/v1/admin/auctions/{id}/extend': {
    post: Takes<{ endTime: string; reason?: string }, ComingAuction, OfId>;
  };
  '/api/v1/admin/audit': { get: Gives<PageOf<AuditEntry>, None, Paged & { action?: string }> };
  '/api/v1/admin/analytics': { get: Gives<Analytics, None, { from?: string; to?: string }> };
}

type OfLot = paths['/api/v1/auctions/{id}'];
type MyLots = paths['/api/v1/users/me/auctions'];

export type ComingPaths = Omit<
  paths,
  keyof New | '/api/v1/auctions/{id}' | '/api/v1/users/me/auctions'
> &
  New & {
    '/api/v1/auctions/{id}': Omit<OfLot, 'patch'> & {
      patch: Takes<LotChange, ComingAuction, OfId>;
    };
    '/api/v1/users/me/auctions': Omit<MyLots, 'get'> & {
      get: Gives<PageOf<ComingAuction>, None, Paged & { status?: Schemas['AuctionStatus'] }>;
    };
  };
