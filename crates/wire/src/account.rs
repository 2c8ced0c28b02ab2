use crate::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a user is to the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Buys and sells.
    User,
    /// Is in charge.
    Admin,
}

/// A user, as they see themselves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Identity.
    pub id: Uuid,
    /// Address to sign in with.
    pub email: String,
    /// Name shown to others where a name is shown.
    pub display_name: String,
    /// What they are to the house.
    pub role: Role,
    /// When they signed up.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A sign-up.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterRequest {
    /// Address to sign in with; unique without regard to case.
    #[schema(max_length = 254, example = "ann@example.org")]
    pub email: String,
    /// 8 to 128 characters.
    #[schema(min_length = 8, max_length = 128)]
    pub password: String,
    /// 2 to 50 characters.
    #[schema(min_length = 2, max_length = 50, example = "Ann")]
    pub display_name: String,
}

/// A sign-in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginRequest {
    /// Address given at sign-up.
    pub email: String,
    /// Password given at sign-up.
    pub password: String,
}

/// A change of one's own account; what is left out stays.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMeRequest {
    /// 2 to 50 characters.
    #[schema(min_length = 2, max_length = 50, example = "Ann")]
    pub display_name: Option<String>,
    /// Address to sign in with from now on; needs the password.
    #[schema(max_length = 254, example = "ann@example.org")]
    pub email: Option<String>,
    /// The password, where the address changes.
    #[schema(example = "correct horse battery")]
    pub current_password: Option<String>,
}

/// A change of password by who knows it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePasswordRequest {
    /// The password until now.
    #[schema(example = "correct horse battery")]
    pub current_password: String,
    /// 8 to 128 characters.
    #[schema(min_length = 8, max_length = 128, example = "purple monkey dishwasher")]
    pub new_password: String,
}

/// A wish for a mail with a link to set one's password anew.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForgotPasswordRequest {
    /// Address given at sign-up.
    #[schema(max_length = 254, example = "ann@example.org")]
    pub email: String,
}

/// A password set anew by such a link.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetPasswordRequest {
    /// What follows `#` in the link; good once, for an hour.
    #[schema(example = "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEga2V5ISE")]
    pub token: String,
    /// 8 to 128 characters.
    #[schema(min_length = 8, max_length = 128, example = "purple monkey dishwasher")]
    pub new_password: String,
}

/// Where one is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Identity.
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Network address that it was begun from.
    #[schema(example = "192.0.2.7")]
    pub address: String,
    /// What the client called itself.
    #[schema(example = "Mozilla/5.0")]
    pub agent: String,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// A key for programs, which act with it as its owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiToken {
    /// Identity.
    pub id: Uuid,
    /// What its owner calls it.
    #[schema(example = "Price watcher")]
    pub name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last used, to the minute; null if never.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub last_used_at: Option<Timestamp>,
}

/// A wish for a key for programs.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTokenRequest {
    /// 1 to 50 characters.
    #[schema(min_length = 1, max_length = 50, example = "Price watcher")]
    pub name: String,
}

/// A new key for programs, with its token, which is shown this once.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewApiToken {
    /// The key.
    #[serde(flatten)]
    pub key: ApiToken,
    /// What goes into `Authorization: Bearer …`.
    #[schema(example = "gavel_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEga2V5ISE")]
    pub token: String,
}

/// Whether the house waits for its first admin.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FirstAdmin {
    /// Whether nobody is in charge yet.
    pub open: bool,
}

/// The sign-up of the house's first admin.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FirstAdminRequest {
    /// What follows `#` in the link that the server printed when it started.
    #[schema(example = "Zm9yIGV4YW1wbGUgb25seSwgbm90IGEga2V5ISE")]
    pub token: String,
    /// Address to sign in with.
    #[schema(max_length = 254, example = "ann@example.org")]
    pub email: String,
    /// 8 to 128 characters.
    #[schema(min_length = 8, max_length = 128, example = "purple monkey dishwasher")]
    pub password: String,
    /// 2 to 50 characters.
    #[schema(min_length = 2, max_length = 50, example = "Ann")]
    pub display_name: String,
}

/// A seller, as everyone may see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SellerProfile {
    /// Identity.
    pub id: Uuid,
    /// Name shown to others.
    #[schema(example = "Mae")]
    pub display_name: String,
    /// When they signed up.
    #[schema(value_type = String, format = DateTime)]
    pub member_since: Timestamp,
    /// Their lots that take bids.
    #[schema(example = 3)]
    pub active_count: u64,
    /// Their lots that were sold.
    #[schema(example = 41)]
    pub sold_count: u64,
}
