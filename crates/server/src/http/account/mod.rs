//! One's own account: password, name and address, sessions, keys for programs.

pub(super) mod first_admin;
pub(super) mod forgot;
pub(super) mod password;
pub(super) mod profile;
pub(super) mod reset;
pub(super) mod sessions;
pub(super) mod tokens;

use super::error::{Answer, Failure, internal};
use super::extract::{Checks, is_plain};
use crate::house::App;
use crate::sessions::Member;
use gavel_wire::ErrorCode;
use std::net::IpAddr;

/// Bytes of a password that is worth looking at.
pub(super) const PASSWORD_BYTES_MAX: usize = 1_024;

/// Notes what is wrong about a password to be set.
pub(super) fn check_password(checks: &mut Checks, field: &str, password: &str) {
    let fits = (8..=128).contains(&password.chars().count());
    checks.require(fits, field, "must be 8 to 128 characters");
}

/// Notes what is wrong about a name shown to others.
pub(super) fn check_name(checks: &mut Checks, name: &str) {
    let fits = (2..=50).contains(&name.chars().count()) && is_plain(name);
    checks.require(fits, "displayName", "must be 2 to 50 characters");
}

/// Notes what is wrong about an address to sign in with.
pub(super) fn check_address(checks: &mut Checks, email: &str) {
    checks.require(is_address(email), "email", "must be an e-mail address");
}

/// Whether a text has the shape of an address. Whether mail reaches it, only mail can tell.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"@".contains(c);
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && local.chars().all(plain)
        && is_plain(local)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

/// Holds a member to their password, which is theirs to guess as often as a stranger may; returns
/// its PHC string.
async fn confirm(house: &App, member: &Member, from: IpAddr, given: String) -> Answer<String> {
    house.limits.sign_in(from).await?;
    house.limits.guess(&member.email).await?;
    let phc = house.store.password_of(member.id).await?.ok_or_else(internal)?;
    let fits = given.len() <= PASSWORD_BYTES_MAX;
    if fits && house.passwords.verify(given, Some(phc.clone())).await? {
        return Ok(phc);
    }
    Err(Failure::new(ErrorCode::InvalidCredentials, "This is not your password.")
        .detail("currentPassword", "is wrong"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in ["a@b.co", "Ann.Lee+lots@mail.example.org", "ü@exämple.org"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@b.co", "a".repeat(65));
        let bad = ["", "a", "a@", "@b.co", "a@b", "a b@c.de", "a@b..co", "<a@b.co>", &long];
        for bad in bad.into_iter().chain(["a\u{202e}@b.co", "a\u{200b}@b.co"]) {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
