use crate::{Role, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Who somebody is, for those in charge.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Identity.
    pub id: Uuid,
    /// Name shown to others.
    #[schema(example = "Ann")]
    pub display_name: String,
    /// Address to sign in with.
    #[schema(example = "ann@example.org")]
    pub email: String,
}

/// A user, for those in charge.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminUser {
    /// Identity.
    pub id: Uuid,
    /// Address to sign in with.
    #[schema(example = "ann@example.org")]
    pub email: String,
    /// Name shown to others.
    #[schema(example = "Ann")]
    pub display_name: String,
    /// What they are to the house.
    pub role: Role,
    /// When they signed up.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When they were banned, if they are.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub banned_at: Option<Timestamp>,
    /// Why.
    #[schema(required = true)]
    pub ban_reason: Option<String>,
    /// Lots that they have listed.
    #[schema(example = 2)]
    pub auction_count: u64,
    /// Lots that they have bid on.
    #[schema(example = 17)]
    pub bid_count: u64,
}

/// A ban.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BanRequest {
    /// Why, in 3 to 500 characters. Admins read it, and so does whoever is banned.
    #[schema(min_length = 3, max_length = 500, example = "Did not pay for three lots.")]
    pub reason: String,
}

/// The end of a ban.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnbanRequest {
    /// Why, in 3 to 500 characters.
    #[schema(min_length = 3, max_length = 500, example = "Has paid.")]
    pub reason: Option<String>,
}

/// What somebody in charge did, or what they are to know of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub enum AuditAction {
    /// A user was banned.
    #[serde(rename = "user.ban")]
    UserBan,
    /// A ban was lifted.
    #[serde(rename = "user.unban")]
    UserUnban,
    /// A lot was taken back by an admin.
    #[serde(rename = "auction.cancel")]
    AuctionCancel,
    /// A lot's end was moved by an admin.
    #[serde(rename = "auction.extend")]
    AuctionExtend,
    /// A user became an admin.
    #[serde(rename = "admin.promote")]
    AdminPromote,
    /// A wrong password, or an address that nobody has.
    #[serde(rename = "sign-in.failed")]
    SignInFailed,
    /// A banned user tried to sign in.
    #[serde(rename = "sign-in.banned")]
    SignInBanned,
}

/// The lot that an entry is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditLot {
    /// Identity.
    pub id: Uuid,
    /// Title.
    #[schema(example = "Mantel clock, walnut")]
    pub title: String,
}

/// Who did what to whom, when, why.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Identity.
    pub id: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who; null where it was nobody who is signed in.
    #[schema(required = true)]
    pub actor: Option<Person>,
    /// What.
    pub action: AuditAction,
    /// To whom.
    #[schema(required = true)]
    pub account: Option<Person>,
    /// To which lot.
    #[schema(required = true)]
    pub lot: Option<AuditLot>,
    /// Why, in the actor's words.
    #[schema(required = true)]
    pub reason: Option<String>,
    /// More about it, such as the address that was tried and from where.
    #[schema(required = true)]
    pub detail: Option<String>,
}
