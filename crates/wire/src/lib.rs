//! The contract as types: what requests, answers and live messages look like in JSON.
//!
//! The OpenAPI document, and from it the TypeScript types of the web app, are made from these.
//! Absent from this crate, on purpose: rules, database and domain types, HTTP machinery. Turning
//! domain values into these is the server's business.

mod account;
mod analytics;
mod auction;
mod bidding;
mod error;
mod live;
mod notice;
mod page;
mod people;
mod scalar;
mod selling;

pub use account::{
    ApiToken, ChangePasswordRequest, CreateTokenRequest, FirstAdmin, FirstAdminRequest,
    ForgotPasswordRequest, LoginRequest, NewApiToken, RegisterRequest, ResetPasswordRequest, Role,
    SellerProfile, Session, UpdateMeRequest, User,
};
pub use analytics::{Analytics, AnalyticsDay, AnalyticsTotals, TopAuction, TopCategory};
pub use auction::{
    Auction, AuctionImage, AuctionStatus, Category, CreateAuctionRequest, CreateAuctionResponse,
    SellerContact, Viewer, Winner,
};
pub use bidding::{
    AutoBid, Bid, BidOutcome, EventKind, LogEvent, MyBid, MyStanding, PlaceBidRequest,
    PlaceBidResponse, PublicStep, SetAutoBidRequest, SetAutoBidResponse,
};
pub use error::{ApiError, ErrorCode};
pub use live::{
    AuctionEndedData, AuctionExtendedData, BidUpdateData, ClientMessage, ConnectionAckData,
    ErrorData, ExtensionReason, LiveData, OutbidNotificationData, Outcome, PongData, StreamEvent,
    WsMessage,
};
pub use notice::{
    Notification, NotificationData, NotificationKind, NotificationPage, NotificationSetting,
    NotificationSettings, ReadNotificationsRequest, WatchRequest, WatchResponse,
};
pub use page::{Page, Pagination};
pub use people::{AdminUser, AuditAction, AuditEntry, AuditLot, BanRequest, Person, UnbanRequest};
pub use scalar::{Day, Price, Timestamp};
pub use selling::{
    AdminAuction, AdminCancelRequest, AdminExtendRequest, AuctionChanges, ImageOrderRequest,
};
