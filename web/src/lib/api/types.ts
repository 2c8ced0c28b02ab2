import type { components } from './schema';

type Schemas = components['schemas'];

export type AdminAuction = Schemas['AdminAuction'];
export type AdminUser = Schemas['AdminUser'];
export type Analytics = Schemas['Analytics'];
export type AnalyticsDay = Schemas['AnalyticsDay'];
export type ApiToken = Schemas['ApiToken'];
export type Auction = Schemas['Auction'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuctionStatus = Schemas['AuctionStatus'];
export type AuctionImage = Schemas['AuctionImage'];
export type AuctionChanges = Schemas['AuctionChanges'];
export type AuctionPage = Schemas['Page_Auction'];
export type Bid = Schemas['Bid'];
export type BidPage = Schemas['Page_Bid'];
export type Category = Schemas['Category'];
export type MyBid = Schemas['MyBid'];
export type NewApiToken = Schemas['NewApiToken'];
export type Notification = Schemas['Notification'];
export type NotificationData = Schemas['NotificationData'];
export type NotificationSetting = Schemas['NotificationSetting'];
export type Pagination = Schemas['Pagination'];
export type SellerProfile = Schemas['SellerProfile'];
export type Session = Schemas['Session'];
export type PlaceBidRequest = Schemas['PlaceBidRequest'];
export type User = Schemas['User'];
export type ApiErrorBody = Schemas['ApiError'];
export type RegisterRequest = Schemas['RegisterRequest'];
export type LoginRequest = Schemas['LoginRequest'];
export type BidUpdateData = Schemas['BidUpdateData'];
export type AuctionExtendedData = Schemas['AuctionExtendedData'];
export type AuctionEndedData = Schemas['AuctionEndedData'];
export type OutbidNotificationData = Schemas['OutbidNotificationData'];

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
