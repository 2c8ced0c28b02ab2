use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The answer to whatever did not succeed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ApiError {
    /// What went wrong, for programs.
    pub error: ErrorCode,
    /// What went wrong, for people.
    pub message: String,
    /// More about it: the field that is wrong and why, the minimum bid, the wait in seconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    pub details: BTreeMap<String, String>,
}

/// What went wrong, for programs. Each code has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The request does not say something possible; details name the fields.
    ValidationError,
    /// Below the minimum bid.
    BidTooLow,
    /// Nobody is signed in.
    Unauthorized,
    /// Wrong address or password.
    InvalidCredentials,
    /// Not theirs to do.
    Forbidden,
    /// The house has banned this user.
    UserBanned,
    /// No such thing.
    NotFound,
    /// No such thing can be done to this path.
    MethodNotAllowed,
    /// The lot takes no bids any more.
    AuctionEnded,
    /// The lot takes no bids yet.
    AuctionNotStarted,
    /// The lot has not reached its end.
    NotDue,
    /// A seller may not cancel a lot with bids.
    AuctionHasBids,
    /// The leader has agreed to as much already.
    MaxNotRaised,
    /// The address is taken.
    EmailTaken,
    /// It clashes with how things stand.
    Conflict,
    /// Too many bytes.
    PayloadTooLarge,
    /// Not a kind of content that is taken here.
    UnsupportedMediaType,
    /// The idempotency key was used for something else.
    IdempotencyKeyReused,
    /// Too often; wait.
    RateLimited,
    /// The engine's queue is full; wait.
    TooManyBids,
    /// A fault of the house.
    InternalError,
    /// The store or the bus is away; safe to retry with the same key.
    Unavailable,
}

impl ErrorCode {
    /// The HTTP status that goes with the code.
    pub const fn status(self) -> u16 {
        match self {
            ErrorCode::ValidationError | ErrorCode::BidTooLow => 400,
            ErrorCode::Unauthorized | ErrorCode::InvalidCredentials => 401,
            ErrorCode::Forbidden | ErrorCode::UserBanned => 403,
            ErrorCode::NotFound => 404,
            ErrorCode::MethodNotAllowed => 405,
            ErrorCode::AuctionEnded
            | ErrorCode::AuctionNotStarted
            | ErrorCode::NotDue
            | ErrorCode::AuctionHasBids
            | ErrorCode::MaxNotRaised
            | ErrorCode::EmailTaken
            | ErrorCode::Conflict => 409,
            ErrorCode::PayloadTooLarge => 413,
            ErrorCode::UnsupportedMediaType => 415,
            ErrorCode::IdempotencyKeyReused => 422,
            ErrorCode::RateLimited | ErrorCode::TooManyBids => 429,
            ErrorCode::InternalError => 500,
            ErrorCode::Unavailable => 503,
        }
    }
}
