//! Everything that is not a success, as the contract wants it said.

use crate::passwords::Overloaded;
use crate::view;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_domain::{Money, Refusal};
use gavel_engine::Rejected;
use gavel_engine::ports::StoreError;
use gavel_wire::{ApiError, ErrorCode};
use std::collections::BTreeMap;

/// How long a client is asked to wait after being told that the house is busy, in seconds.
const BUSY_RETRY_S: u32 = 1;

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Failure(Box<ApiError>);

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(error: ErrorCode, message: impl Into<String>) -> Failure {
        Failure(Box::new(ApiError { error, message: message.into(), details: BTreeMap::new() }))
    }

    /// One field of the request is wrong.
    pub(crate) fn field(field: &str, what: impl Into<String>) -> Failure {
        Failure::fields([(field.to_owned(), what.into())].into())
    }

    /// Several fields of the request are wrong.
    pub(crate) fn fields(details: BTreeMap<String, String>) -> Failure {
        let fields = details.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let mut failure =
            Failure::new(ErrorCode::ValidationError, format!("Please check: {fields}."));
        failure.0.details = details;
        failure
    }

    pub(crate) fn not_found(what: &str) -> Failure {
        Failure::new(ErrorCode::NotFound, format!("There is no such {what}."))
    }

    pub(crate) fn wait(error: ErrorCode, message: &str, seconds: u32) -> Failure {
        Failure::new(error, message).detail("retryAfter", seconds.to_string())
    }

    pub(crate) fn code(&self) -> ErrorCode {
        self.0.error
    }

    pub(crate) fn detail(mut self, name: &str, value: impl Into<String>) -> Failure {
        self.0.details.insert(name.to_owned(), value.into());
        self
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> ApiError {
        *failure.0
    }
}

impl From<ApiError> for Failure {
    fn from(said: ApiError) -> Failure {
        Failure(Box::new(said))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.error.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = self.0.details.get("retryAfter").and_then(|s| HeaderValue::from_str(s).ok());
        let mut response = (status, Json(*self.0)).into_response();
        if let Some(wait) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        tracing::error!(%error, "the store failed a request");
        match error {
            StoreError::Unavailable(_) | StoreError::Unusable(_) => unavailable(),
            StoreError::Damaged(_) => internal(),
        }
    }
}

impl From<Overloaded> for Failure {
    fn from(_: Overloaded) -> Failure {
        unavailable()
    }
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Failure {
        match rejected {
            Rejected::Refused { refusal, current } => refused(refusal, current),
            Rejected::UnknownLot => Failure::not_found("auction"),
            Rejected::Outdated => Failure::new(
                ErrorCode::Conflict,
                "The lot has changed meanwhile. Look at it again.",
            ),
            Rejected::KeyReused => Failure::new(
                ErrorCode::IdempotencyKeyReused,
                "This idempotency key was used for another request.",
            ),
            Rejected::Busy => Failure::wait(
                ErrorCode::TooManyBids,
                "Too many bids at once. Try again with the same key.",
                BUSY_RETRY_S,
            ),
            Rejected::Late | Rejected::Unavailable => unavailable(),
        }
    }
}

/// The store or something else that is needed is away.
pub(crate) fn unavailable() -> Failure {
    let message = "Not possible right now. Try again with the same key.";
    Failure::wait(ErrorCode::Unavailable, message, BUSY_RETRY_S)
}

/// A fault of the house; what it is stays inside.
pub(crate) fn internal() -> Failure {
    Failure::new(ErrorCode::InternalError, "Something went wrong on our side.")
}

/// An amount as it stands in a text.
fn plain(money: Money) -> String {
    serde_json::to_string(&view::price(money)).unwrap_or_default()
}

fn refused(refusal: Refusal, current: Money) -> Failure {
    let say = |message: &str| Failure::new(view::refusal_code(refusal), message);
    match refusal {
        Refusal::Amount(error) => Failure::field("amount", error.to_string()),
        Refusal::MaxAmount(error) => Failure::field("maxAmount", error.to_string()),
        Refusal::MaxBelowAmount => Failure::field("maxAmount", "must be at least the amount"),
        Refusal::NotStarted => say("This lot takes no bids yet."),
        Refusal::Ended => say("This lot has ended."),
        Refusal::SellerMayNotBid => {
            say("Sellers may not bid on their own lots.").detail("auctionId", "is your own lot")
        }
        Refusal::Banned => say("This account is banned."),
        Refusal::MaxNotRaised => {
            say("You are the highest bidder, and have agreed to as much already.")
        }
        Refusal::TooLow { minimum } => say(&format!("The least you can bid is {minimum}."))
            .detail("minimumBid", plain(minimum))
            .detail("currentBid", plain(current)),
        Refusal::NoAutoBid => say("You have no auto-bid on this lot."),
        Refusal::HasBids => {
            say("A lot with bids can be neither changed nor taken back by its seller.")
        }
        Refusal::Forbidden => say("Only its seller may do that."),
        Refusal::NotDue => say("This lot has not reached its end."),
        Refusal::EndNotLater => Failure::field("endTime", "must be later than the end now"),
        Refusal::StartFixed => Failure::field("startTime", "has passed and stays as it is"),
    }
}
