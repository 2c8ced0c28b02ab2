//! Passwords: argon2id, a few at a time.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashing costs some 30 ms and 19 MiB: more at a time would starve bids.
const AT_A_TIME: usize = 2;
/// Sign-ins that may wait for their turn.
const WAITING_MAX: usize = 200;

/// Hashes and checks passwords without holding anything else up.
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Semaphore,
    /// The hash of no password: checked where an address is unknown, so that it takes as long.
    nobody: Arc<str>,
}

/// Too many sign-ins wait.
#[derive(Debug)]
pub(crate) struct Overloaded;

impl Passwords {
    pub(crate) fn new() -> Passwords {
        let mut random = [0; 32];
        getrandom::fill(&mut random).expect("the system has randomness");
        Passwords {
            turns: Arc::new(Semaphore::new(AT_A_TIME)),
            waiting: Semaphore::new(WAITING_MAX),
            nobody: hash(&random).into(),
        }
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Overloaded> {
        self.in_turn(move || hash(password.as_bytes())).await
    }

    /// Whether a password is the one of a PHC string; of nobody's where there is none.
    pub(crate) async fn verify(
        &self,
        password: String,
        phc: Option<String>,
    ) -> Result<bool, Overloaded> {
        let nobody = self.nobody.clone();
        self.in_turn(move || {
            let known = phc.is_some();
            let phc = phc.as_deref().unwrap_or(&nobody);
            let right = Argon2::default().verify_password(password.as_bytes(), phc).is_ok();
            right && known
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let _place = self.waiting.try_acquire().map_err(|_| Overloaded)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| Overloaded)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| Overloaded)
    }
}

fn hash(password: &[u8]) -> String {
    let hash = Argon2::default().hash_password(password);
    hash.expect("argon2's defaults take any password").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_alone() {
        let passwords = Passwords::new();
        let phc = passwords.hash("correct horse".into()).await.expect("not overloaded");
        assert!(phc.starts_with("$argon2id$"));
        let verify = |password: &str, phc| passwords.verify(password.to_owned(), phc);
        assert!(verify("correct horse", Some(phc.clone())).await.expect("not overloaded"));
        assert!(!verify("correct horsf", Some(phc)).await.expect("not overloaded"));
        assert!(!verify("correct horse", None).await.expect("not overloaded"));
    }
}
