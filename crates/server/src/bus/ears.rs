//! What a server wants to hear.

use super::Whom;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What is to be heard, and where that is otherwise than when the connection last looked. Both are bounded by
/// who listens, and listened then.
#[derive(Default)]
pub(super) struct Ears {
    wanted: Mutex<Wanted>,
    changed: Notify,
}

#[derive(Default)]
struct Wanted {
    all: HashSet<Whom>,
    changed: HashSet<Whom>,
}

impl Ears {
    pub(super) fn listen(&self, whom: Whom) {
        self.change(whom, |all| all.insert(whom));
    }

    pub(super) fn ignore(&self, whom: Whom) {
        self.change(whom, |all| all.remove(&whom));
    }

    fn change(&self, whom: Whom, make: impl FnOnce(&mut HashSet<Whom>) -> bool) {
        let mut wanted = self.wanted();
        if !make(&mut wanted.all) {
            return;
        }
        // Twice changed is as it was.
        if !wanted.changed.remove(&whom) {
            wanted.changed.insert(whom);
            self.changed.notify_one();
        }
    }

    /// Waits until there is something to [`Ears::follow`].
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What a connection that hears `heard` is to hear besides, and what no longer, looking at what has
    /// changed alone.
    pub(super) fn follow(&self, heard: &HashSet<Whom>) -> (Vec<Whom>, Vec<Whom>) {
        let Wanted { all, changed } = &mut *self.wanted();
        let differs = |whom: &Whom| all.contains(whom) != heard.contains(whom);
        changed.drain().filter(differs).partition(|whom| all.contains(whom))
    }

    /// All that a new connection is to hear.
    pub(super) fn all(&self) -> Vec<Whom> {
        let mut wanted = self.wanted();
        wanted.changed.clear();
        wanted.all.iter().copied().collect()
    }

    fn wanted(&self) -> MutexGuard<'_, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gavel_domain::{LotId, UserId};

    #[test]
    fn a_connection_follows_what_is_wanted_and_is_asked_for_what_changed_alone() {
        let ears = Ears::default();
        let (lot, user) = (Whom::Lot(LotId(1)), Whom::User(UserId(1)));
        let mut heard = HashSet::new();
        ears.listen(lot);
        ears.listen(user);
        ears.ignore(user);
        assert_eq!(
            ears.follow(&heard),
            (vec![lot], vec![]),
            "who has gone by then is not asked for"
        );
        heard.insert(lot);
        ears.listen(user);
        ears.ignore(lot);
        assert_eq!(ears.follow(&heard), (vec![user], vec![lot]));
        heard = [user].into();
        ears.ignore(user);
        ears.listen(user);
        assert_eq!(ears.follow(&heard), (vec![], vec![]), "it came back before anybody looked");
        ears.listen(lot);
        let mut all = ears.all();
        all.sort();
        assert_eq!(all, [lot, user], "a new connection hears nothing yet");
        assert_eq!(ears.follow(&all.into_iter().collect()), (vec![], vec![]));
    }
}
