//! Who is signed in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gavel_domain::Time;
use gavel_engine::ports::StoreError;
use gavel_store::{Account, SignedIn, Store};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;

/// How long a session lasts.
pub(crate) const LASTS_MS: i64 = 30 * 24 * 3_600_000;
/// How long an answer of the store is good for: what another process changes (a promotion) is
/// known this late.
const REMEMBERED: Duration = Duration::from_secs(1);
const REMEMBERED_MAX: u64 = 50_000;

/// Sessions, with a short memory so that a busy bidder's every request is not a query.
pub(crate) struct Sessions {
    store: Arc<Store>,
    known: moka::sync::Cache<[u8; 32], Option<Arc<SignedIn>>>,
}

impl Sessions {
    pub(crate) fn new(store: Arc<Store>) -> Sessions {
        let known = moka::sync::Cache::builder()
            .max_capacity(REMEMBERED_MAX)
            .time_to_live(REMEMBERED)
            .build();
        Sessions { store, known }
    }

    /// Starts a session and returns its token, which only the client keeps.
    pub(crate) async fn start(&self, account: u128, now: Time) -> Result<String, StoreError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|e| StoreError::Unavailable(e.to_string()))?;
        let token = URL_SAFE_NO_PAD.encode(secret);
        let ends = now.plus_ms(LASTS_MS);
        self.store.add_session(digest(&token), account, now, ends).await?;
        Ok(token)
    }

    /// Whose session a token is.
    pub(crate) async fn find(
        &self,
        token: &str,
        now: Time,
    ) -> Result<Option<Arc<SignedIn>>, StoreError> {
        let digest = digest(token);
        let found = match self.known.get(&digest) {
            Some(known) => known,
            None => {
                let found = self.store.session(digest).await?.map(Arc::new);
                self.known.insert(digest, found.clone());
                found
            }
        };
        Ok(found.filter(|session| session.expires_at > now))
    }

    /// Ends a session.
    pub(crate) async fn end(&self, token: &str) -> Result<(), StoreError> {
        let digest = digest(token);
        self.store.end_session(digest).await?;
        self.known.invalidate(&digest);
        Ok(())
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A signed-in user, cheap to hand around.
#[derive(Clone)]
pub(crate) struct Member(pub(crate) Arc<SignedIn>);

impl std::ops::Deref for Member {
    type Target = Account;
    fn deref(&self) -> &Account {
        &self.0.account
    }
}
