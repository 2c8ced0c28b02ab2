//! Who is signed in, and with what.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gavel_domain::Time;
use gavel_engine::ports::StoreError;
use gavel_store::{Account, NewSession, SignedIn, Store};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a session lasts.
pub(crate) const LASTS_MS: i64 = 30 * 24 * 3_600_000;
/// How long an answer of the store is good for: what another process changes (a promotion) is
/// known this late.
const REMEMBERED: Duration = Duration::from_secs(1);
const REMEMBERED_MAX: u64 = 50_000;
/// Accounts are told apart by so many marks; where two share one, each makes the other be looked up
/// once more.
const MARKS: usize = 1_024;
/// How often a look-up is repeated that a change overtook.
const OVERTAKEN_MAX: u32 = 3;
/// What every API token begins with, for people and for programs that look for leaked secrets.
pub(crate) const API_TOKEN_PREFIX: &str = "gavel_";

/// What somebody shows to be known by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Pass {
    /// A session's cookie, by the SHA-256 of its token.
    Session([u8; 32]),
    /// An API token, by its SHA-256.
    ApiToken([u8; 32]),
}

impl Pass {
    /// The pass of a session's token.
    pub(crate) fn session(token: &str) -> Pass {
        Pass::Session(digest(token))
    }

    /// The pass of an API token.
    pub(crate) fn api_token(token: &str) -> Pass {
        Pass::ApiToken(digest(token))
    }
}

/// Where a session is begun.
pub(crate) struct Device {
    pub(crate) address: IpAddr,
    /// What the client calls itself, plain and at most 200 characters.
    pub(crate) agent: String,
}

/// What the store answered, and before which change it was asked.
#[derive(Clone)]
struct Known {
    asked: u64,
    holder: Option<Arc<SignedIn>>,
}

/// Sessions and API tokens, with a short memory so that a busy bidder's every request is not a
/// query.
pub(crate) struct Sessions {
    store: Arc<Store>,
    known: moka::sync::Cache<Pass, Known>,
    /// Changes to accounts so far.
    changes: AtomicU64,
    /// The last change to the accounts of each mark: what was asked before it is not believed.
    marks: Box<[AtomicU64]>,
}

impl Sessions {
    pub(crate) fn new(store: Arc<Store>) -> Sessions {
        let known = moka::sync::Cache::builder()
            .max_capacity(REMEMBERED_MAX)
            .time_to_live(REMEMBERED)
            .build();
        let marks = (0..MARKS).map(|_| AtomicU64::new(0)).collect();
        Sessions { store, known, changes: AtomicU64::new(0), marks }
    }

    /// Starts a session and returns its token, which only the client keeps; nothing where the
    /// account is banned.
    pub(crate) async fn start(
        &self,
        account: u128,
        device: &Device,
        now: Time,
    ) -> Result<Option<String>, StoreError> {
        let token = secret()?;
        let new = NewSession {
            token_hash: digest(&token),
            account,
            address: &device.address.to_string(),
            agent: &device.agent,
            created_at: now,
            expires_at: now.plus_ms(LASTS_MS),
        };
        Ok(self.store.add_session(new).await?.then_some(token))
    }

    /// Whose pass it is, banned or not; nobody's where it has ended or expired.
    pub(crate) async fn find(
        &self,
        pass: Pass,
        now: Time,
    ) -> Result<Option<Arc<SignedIn>>, StoreError> {
        let known = self.known.get(&pass).filter(|known| self.holds(known));
        let known = match known {
            Some(known) => known,
            None => self.ask(pass, now).await?,
        };
        // What a ban has ended stays ended once it is lifted.
        let stands = |signed: &Arc<SignedIn>| {
            signed.expires_at > now && (!signed.ended || signed.account.banned)
        };
        Ok(known.holder.filter(stands))
    }

    async fn ask(&self, pass: Pass, now: Time) -> Result<Known, StoreError> {
        let mut overtaken = 0;
        loop {
            // Before the store is asked, so that a change in between shows.
            let asked = self.changes.load(Ordering::SeqCst);
            let holder = match pass {
                Pass::Session(hash) => self.store.session(hash).await?,
                Pass::ApiToken(hash) => self.store.token_holder(hash, now).await?,
            };
            let known = Known { asked, holder: holder.map(Arc::new) };
            if self.holds(&known) {
                self.known.insert(pass, known.clone());
                return Ok(known);
            }
            overtaken += 1;
            if overtaken > OVERTAKEN_MAX {
                return Ok(known);
            }
        }
    }

    /// Whether nothing has changed since the store was asked.
    fn holds(&self, known: &Known) -> bool {
        let Some(holder) = &known.holder else { return true };
        known.asked >= self.mark(holder.account.id).load(Ordering::SeqCst)
    }

    /// Has everything that is remembered of an account looked up again: it, or what it can be known
    /// by, has changed in the store.
    pub(crate) fn forget(&self, account: u128) {
        let change = self.changes.fetch_add(1, Ordering::SeqCst) + 1;
        self.mark(account).fetch_max(change, Ordering::SeqCst);
    }

    fn mark(&self, account: u128) -> &AtomicU64 {
        // The lower bits of an identity are random.
        &self.marks[(account % MARKS as u128) as usize]
    }
}

/// Randomness for a token, as text.
pub(crate) fn secret() -> Result<String, StoreError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|e| StoreError::Unavailable(e.to_string()))?;
    Ok(as_text(&secret))
}

/// A secret as it stands in links and headers.
pub(crate) fn as_text(secret: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(secret)
}

/// What the store keeps of a token.
pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A signed-in user, cheap to hand around. Never a banned one.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) signed: Arc<SignedIn>,
    /// What they are known by.
    pub(crate) pass: Pass,
}

impl std::ops::Deref for Member {
    type Target = Account;
    fn deref(&self) -> &Account {
        &self.signed.account
    }
}
