//! What the house knows of people, as they themselves and those in charge may see it.

use crate::view::{id, time};
use gavel_store::{Action, ApiToken, AuditRow, Person, Role, Seller, SessionRow, UserRow};
use gavel_wire as wire;

/// What an account is to the house.
pub(crate) fn role(role: Role) -> wire::Role {
    match role {
        Role::User => wire::Role::User,
        Role::Admin => wire::Role::Admin,
    }
}

/// A session, for its owner, who asks with the one of hash `current` or with none.
pub(crate) fn session(row: SessionRow, current: Option<[u8; 32]>) -> wire::Session {
    wire::Session {
        id: id(row.id()),
        current: current == Some(row.token_hash),
        address: row.address,
        agent: row.agent,
        created_at: time(row.created_at),
        expires_at: time(row.expires_at),
    }
}

/// A key for programs, for its owner.
pub(crate) fn api_token(token: ApiToken) -> wire::ApiToken {
    wire::ApiToken {
        id: id(token.id),
        name: token.name,
        created_at: time(token.created_at),
        last_used_at: token.last_used_at.map(time),
    }
}

/// A seller, for everyone.
pub(crate) fn seller(seller: Seller) -> wire::SellerProfile {
    wire::SellerProfile {
        id: id(seller.id),
        display_name: seller.display_name,
        member_since: time(seller.created_at),
        active_count: seller.active,
        sold_count: seller.sold,
    }
}

/// Somebody, for those in charge.
pub(crate) fn person(person: Person) -> wire::Person {
    wire::Person { id: id(person.id), display_name: person.display_name, email: person.email }
}

/// A user, for those in charge.
pub(crate) fn admin_user(row: UserRow) -> wire::AdminUser {
    wire::AdminUser {
        id: id(row.account.id),
        email: row.account.email,
        display_name: row.account.display_name,
        role: role(row.account.role),
        created_at: time(row.account.created_at),
        banned_at: row.banned_at.map(time),
        ban_reason: row.ban_reason,
        auction_count: row.lots,
        bid_count: row.bids,
    }
}

/// An action, for those in charge.
pub(crate) fn action(action: Action) -> wire::AuditAction {
    match action {
        Action::UserBan => wire::AuditAction::UserBan,
        Action::UserUnban => wire::AuditAction::UserUnban,
        Action::AuctionCancel => wire::AuditAction::AuctionCancel,
        Action::AuctionExtend => wire::AuditAction::AuctionExtend,
        Action::AdminPromote => wire::AuditAction::AdminPromote,
        Action::SignInFailed => wire::AuditAction::SignInFailed,
        Action::SignInBanned => wire::AuditAction::SignInBanned,
    }
}

/// An entry of the audit, for those in charge.
pub(crate) fn audit_entry(row: AuditRow) -> wire::AuditEntry {
    wire::AuditEntry {
        id: id(row.id),
        at: time(row.at),
        actor: row.actor.map(person),
        action: action(row.action),
        account: row.account.map(person),
        lot: row.lot.map(|(lot, title)| wire::AuditLot { id: id(lot.0), title }),
        reason: row.reason,
        detail: row.detail.map(|detail| match row.action {
            Action::AuctionExtend => moved_end(&detail).unwrap_or(detail),
            _ => detail,
        }),
    }
}

/// The ends before and after an extension, which are kept as two numbers.
fn moved_end(detail: &str) -> Option<String> {
    let (from, to) = detail.split_once(' ')?;
    let moment = |ms: &str| Some(time(gavel_domain::Time(ms.parse().ok()?)));
    Some(format!("from {} to {}", moment(from)?, moment(to)?))
}
