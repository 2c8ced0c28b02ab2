//! Notifications that another server has written, told to their owners' sockets here where the bus, which
//! brings them otherwise, is away or has not brought them yet.

use super::deliver::message;
use crate::house::House;
use gavel_domain::{Time, UserId};
use gavel_engine::ports::StoreError;

/// How long it may take from a notification's identity to its being durable and told.
pub(crate) const LATE_MS: i64 = 5_000;
/// Users that are looked for in a query.
const USERS_MAX: usize = 1_000;
/// Notifications that are told at a time; the rest stay in their owners' lists.
const NOTICES_MAX: u32 = 5_000;

/// Tells users who have a socket here what has been written for them since a time. What they were told of it
/// here before is not told again.
///
/// # Errors
/// The store is away.
pub(crate) async fn tell_of_late(
    house: &House,
    users: &[UserId],
    since: Time,
) -> Result<(), StoreError> {
    let from = least_id(since);
    for users in users.chunks(USERS_MAX) {
        let fresh = house.store.fresh_notices(users, from, NOTICES_MAX).await?;
        let owners = fresh.iter().map(|(user, _)| user.0).collect::<Vec<_>>();
        let unread = house.store.unread_notices(&owners).await?;
        for (user, row) in fresh {
            let message = message(house, &row, unread.get(&user.0).copied().unwrap_or(0));
            house.hub.tell_user_here(user, row.lot, (row.id, row.at.0), &message);
        }
    }
    Ok(())
}

/// A lower bound of the identities that are made from a time on: they begin with it.
fn least_id(at: Time) -> u128 {
    u128::try_from(at.0).unwrap_or(0) << 80
}
