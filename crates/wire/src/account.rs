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
