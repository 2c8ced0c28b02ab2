import type { ComingAuction, Notification } from './coming';
import type { components } from './schema';

export type {
  AdminAuction,
  AdminUser,
  Analytics,
  AnalyticsDay,
  ApiToken,
  AuditEntry,
  LotChange,
  NewApiToken,
  Notification,
  NotificationKind,
  NotificationPage,
  NotificationSetting,
  Person,
  SellerProfile,
  Session,
} from './coming';

type Schemas = components['schemas'];

export type Auction = ComingAuction;
export type AuctionStatus = Schemas['AuctionStatus'];
export type AuctionImage = Schemas['AuctionImage'];
export type AuctionPage = Schemas['Page_Auction'];
export type Bid = Schemas['Bid'];
export type BidPage = Schemas['Page_Bid'];
export type Category = Schemas['Category'];
export type MyBid = Schemas['MyBid'];
export type Pagination = Schemas['Pagination'];
export type PlaceBidRequest = Schemas['PlaceBidRequest'];
export type User = Schemas['User'];
export type ApiErrorBody = Schemas['ApiError'];
export type RegisterRequest = Schemas['RegisterRequest'];
export type LoginRequest = Schemas['LoginRequest'];
export type BidUpdateData = Schemas['BidUpdateData'];
export type AuctionExtendedData = Omit<
  Schemas['AuctionExtendedData'],
  'reason' | 'triggeringBidId'
> & { reason: 'snipe_protection' | 'admin'; triggeringBidId?: string | null };
export type AuctionEndedData = Schemas['AuctionEndedData'];
export type OutbidNotificationData = Schemas['OutbidNotificationData'];

/** What the owner of a notification is sent over the socket. */
export type NotificationData = Notification & { unreadCount: number };

type Message<T extends string, D> = {
  type: T;
  auctionId: string;
  timestamp: string;
  seq?: number | null;
  data: D;
};

/** The messages that change a lot; each carries the lot's `seq`. */
export type LotMessage =
  | Message<'bid_update', BidUpdateData>
  | Message<'auction_extended', AuctionExtendedData>
  | Message<'auction_ended', AuctionEndedData>;

/** Everything the server may send over the socket. */
export type LiveMessage =
  | LotMessage
  | Message<'connection_ack', Schemas['ConnectionAckData']>
  | Message<'subscribed', Auction>
  | Message<'outbid_notification', OutbidNotificationData>
  | Message<'notification', NotificationData>
  | Message<'pong', Schemas['PongData']>
  | Message<'error', Schemas['ErrorData']>;
