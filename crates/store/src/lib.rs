//! The engine's store, and the queries of the house, on SQLite and PostgreSQL.
//!
//! Every query is written once, as SQL text with numbered parameters over [`sql`]'s values; only
//! [`sqlite`] and [`postgres`] know the engine underneath, and [`search`] alone says
//! different things to them. What changes together is one list of statements, made
//! durable in one transaction. No transaction waits for its caller, but for the engine's turn in a
//! database that servers share ([`shared`]).
//!
//! Absent from this crate, on purpose: rules (it never decides whether something may be done),
//! HTTP, JSON as clients see it.

mod accounts;
mod analytics;
mod audit;
mod backup;
mod catalogue;
mod codec;
mod db;
mod derived;
mod drafts;
mod engine_store;
mod history;
mod kept;
mod keys;
mod mail;
mod marks;
mod moving;
mod notices;
mod outbox;
mod people;
mod place;
mod postgres;
mod resets;
mod schema;
mod search;
mod sessions;
mod shared;
mod sql;
mod sqlite;
mod telling;
mod tidy;
mod tls;
mod tokens;
mod unfound;
mod verify;
mod watch;

pub use accounts::{Account, NewAccount, Profile, Role, SignedIn};
pub use analytics::{Analytics, DAYS_MAX, DaySums, TopCategory, TopLot};
pub use audit::{Action, AuditEntry, AuditPage, AuditRow};
pub use backup::check_copy;
pub use catalogue::{
    BidderPage, CategoryRow, Filter, LotPage, LotRow, Phase, Sort, StandingFilter,
};
pub use drafts::{DraftRow, ImagesChange, ImagesOf, NewDraft};
pub use engine_store::{Store, Turn};
pub use history::{HistoryPage, HistoryRow};
pub use kept::{Done, Keep, KeptAnswer};
pub use mail::Mail;
pub use moving::{Move, Unmoved, copy, reopen, restore};
pub use notices::{NoticeKind, NoticePage, NoticeRow, NoticeSettings, Ways};
pub use people::{Person, Seller, UserFilter, UserPage, UserRow};
pub use place::Place;
pub use resets::Resetting;
pub use sessions::{NewSession, SessionRow};
pub use shared::DURABLE_WITHIN_MS;
pub use sql::DbError;
pub use telling::{
    Announced, Announcement, LotBrief, NewNotice, Recipient, Reminder, Teller, Told, UnreadOutbid,
};
pub use tokens::{ApiToken, TOKENS_MAX};
pub use verify::{Unsound, verify};
pub use watch::{NewWatch, SOON_MS, Watched};
