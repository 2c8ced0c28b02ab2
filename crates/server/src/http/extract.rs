//! What a request says, checked: who asks, for which lot, with which body and key.

use super::error::{Answer, Failure, internal};
use crate::door::is_near;
use crate::house::App;
use crate::sessions::{Device, Member, Pass};
use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use futures_util::FutureExt;
use gavel_domain::{LotId, Money};
use gavel_store::Role;
use gavel_wire::ErrorCode;
use http_body_util::{BodyExt, Collected, Full, Limited};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

/// Bytes that a JSON body may have.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// How long a JSON body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Characters that are kept of what a client calls itself.
const AGENT_CHARS_MAX: usize = 200;
/// Name of the header with the idempotency key.
pub(crate) const KEY_HEADER: &str = "x-idempotency-key";

/// The session's token, as the cookie carries it.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).map(str::trim);
    pairs.find_map(|pair| pair.strip_prefix("session=")).filter(|token| token.len() <= 128)
}

/// The token of an `Authorization: Bearer`, if there is such a header. One that cannot be read is
/// there all the same, and nobody's.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get_all(header::AUTHORIZATION).iter();
    let mut tokens = given.filter_map(|value| {
        let (scheme, _) = value.as_bytes().split_at_checked(6)?;
        let whole = value.as_bytes().get(6).is_none_or(|after| *after == b' ');
        if !whole || !scheme.eq_ignore_ascii_case(b"bearer") {
            return None;
        }
        Some(value.to_str().ok().and_then(|text| text.get(7..)).map_or("", str::trim))
    });
    tokens.next().map(|token| if token.len() <= 128 { token } else { "" })
}

/// What a request shows to be known by. A bearer's token comes first: who sends one means it.
fn shown_pass(headers: &HeaderMap) -> Option<Pass> {
    bearer(headers).map(Pass::api_token).or_else(|| session_token(headers).map(Pass::session))
}

/// Whoever shows a pass, banned or not; nobody where it is none, which for a bearer's token is a
/// mistake to be told of.
async fn holder(headers: &HeaderMap, house: &App) -> Answer<Option<Member>> {
    let Some(pass) = shown_pass(headers) else { return Ok(None) };
    let found = house.sessions.find(pass, house.now()).await?;
    match (found, pass) {
        (Some(signed), pass) => Ok(Some(Member { signed, pass })),
        (None, Pass::Session(_)) => Ok(None),
        (None, Pass::ApiToken(_)) => {
            Err(Failure::new(ErrorCode::Unauthorized, "This API token is not valid."))
        }
    }
}

/// Whoever asks: signed in or a guest, as a banned user is.
pub(crate) struct Viewer(pub(crate) Option<Member>);

impl FromRequestParts<App> for Viewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<Viewer> {
        let member = holder(&parts.headers, house).await?;
        Ok(Viewer(member.filter(|member| !member.banned)))
    }
}

/// Whoever asks, where they are signed in and not banned.
pub(super) async fn member(headers: &HeaderMap, house: &App) -> Answer<Member> {
    admitted(holder(headers, house).await?, house).await
}

impl FromRequestParts<App> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<Member> {
        let member = member(&parts.headers, house).await?;
        parts.extensions.insert(Admitted(member.pass));
        Ok(member)
    }
}

/// Marks a request whose sender was let in, for [`still_admitted`].
#[derive(Clone, Copy)]
struct Admitted(Pass);

async fn admitted(member: Option<Member>, house: &App) -> Answer<Member> {
    match member {
        Some(member) if member.banned => Err(banned(house, member.id).await?),
        Some(member) => Ok(member),
        None => Err(Failure::new(ErrorCode::Unauthorized, "Please sign in.")),
    }
}

/// Looks once more at whoever was let in, after a body that may have taken its time: who was banned
/// or signed out meanwhile is not to be served.
pub(crate) async fn still_admitted(extensions: &Extensions, house: &App) -> Answer<()> {
    let Some(&Admitted(pass)) = extensions.get() else { return Ok(()) };
    still_holds(pass, house).await
}

async fn still_holds(pass: Pass, house: &App) -> Answer<()> {
    let found = house.sessions.find(pass, house.now()).await?;
    admitted(found.map(|signed| Member { signed, pass }), house).await.map(drop)
}

/// The refusal of a banned user, with the reason that those in charge gave.
pub(crate) async fn banned(house: &App, account: u128) -> Answer<Failure> {
    let refusal = Failure::new(ErrorCode::UserBanned, "This account is banned.");
    Ok(match house.store.ban_reason(account).await? {
        Some(reason) => refusal.detail("reason", reason),
        None => refusal,
    })
}

/// A member who came with a session, not with an API token: what would let a token outlive its
/// owner's wish needs one. With the hash of the session's token.
pub(crate) struct InPerson(pub(crate) Member, pub(crate) [u8; 32]);

impl FromRequestParts<App> for InPerson {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<InPerson> {
        let member = Member::from_request_parts(parts, house).await?;
        match member.pass {
            Pass::Session(hash) => Ok(InPerson(member, hash)),
            Pass::ApiToken(_) => {
                Err(Failure::new(ErrorCode::Forbidden, "This cannot be done with an API token."))
            }
        }
    }
}

/// A member who is in charge.
pub(crate) struct Admin(pub(crate) Member);

impl FromRequestParts<App> for Admin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<Admin> {
        let member = Member::from_request_parts(parts, house).await?;
        match member.role {
            Role::Admin => Ok(Admin(member)),
            Role::User => Err(Failure::new(ErrorCode::Forbidden, "Only admins may do that.")),
        }
    }
}

impl FromRequestParts<App> for Device {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<Device> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, house).await?;
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()));
        Ok(Device { address, agent: plain_part(&agent.unwrap_or_default(), AGENT_CHARS_MAX) })
    }
}

/// The beginning of a text that somebody made up, without what [`is_plain`] refuses.
pub(crate) fn plain_part(text: &str, chars_max: usize) -> String {
    let plain = text.chars().filter(|c| is_plain(c.encode_utf8(&mut [0; 4])));
    plain.take(chars_max).collect()
}

/// Where a request comes from, as far as it can be told: the peer, or, where a proxy of the house's
/// own stands before it, whom that proxy saw.
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<ClientAddress> {
        let ConnectInfo(peer) = ConnectInfo::<SocketAddr>::from_request_parts(parts, house)
            .await
            .map_err(|_| internal())?;
        let peer = peer.ip().to_canonical();
        // Only the last entry is the proxy's own; whatever is before it, the client may have made up.
        let seen = || {
            let lines = parts.headers.get_all("x-forwarded-for").iter().next_back()?;
            lines.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
        };
        let behind_proxy = house.public_url.is_some() && is_near(peer);
        Ok(ClientAddress(behind_proxy.then(seen).flatten().unwrap_or(peer)))
    }
}

/// The lot that a path names.
pub(crate) struct TheLot(pub(crate) LotId);

impl FromRequestParts<App> for TheLot {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<TheLot> {
        let unknown = || Failure::not_found("auction");
        let Path(names) = Path::<HashMap<String, String>>::from_request_parts(parts, house)
            .await
            .map_err(|_| unknown())?;
        let id = names.get("id").and_then(|id| Uuid::from_str(id).ok()).ok_or_else(unknown)?;
        Ok(TheLot(LotId(id.as_u128())))
    }
}

/// The identity that a path names; of what, the handler knows.
pub(crate) struct Named(pub(crate) u128);

impl FromRequestParts<App> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<Named> {
        let unknown = || Failure::new(ErrorCode::NotFound, "There is nothing of this identity.");
        let Path(names) = Path::<HashMap<String, String>>::from_request_parts(parts, house)
            .await
            .map_err(|_| unknown())?;
        let id = names.get("id").and_then(|id| Uuid::from_str(id).ok()).ok_or_else(unknown)?;
        Ok(Named(id.as_u128()))
    }
}

/// The idempotency key of a mutation, if it has one.
pub(crate) struct Key(pub(crate) Option<String>);

impl FromRequestParts<App> for Key {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Answer<Key> {
        Key::of(&parts.headers)
    }
}

impl Key {
    pub(super) fn of(headers: &HeaderMap) -> Answer<Key> {
        let Some(value) = headers.get(KEY_HEADER) else { return Ok(Key(None)) };
        let text = value.to_str().ok().filter(|text| (1..=128).contains(&text.len()));
        let wrong = || Failure::field("X-Idempotency-Key", "must be 1 to 128 ASCII characters");
        text.map(|text| Key(Some(text.to_owned()))).ok_or_else(wrong)
    }
}

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, house: &App) -> Answer<Body<T>> {
        let (parts, body) = request.into_parts();
        let pass = parts.extensions.get().map(|Admitted(pass)| *pass);
        json(&parts.headers, body, pass, house).await.map(Body)
    }
}

/// A JSON body, of somebody who was let in with a pass.
pub(super) async fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: impl HttpBody<Data = Bytes, Error: Into<BoxError>>,
    pass: Option<Pass>,
    house: &App,
) -> Answer<T> {
    if !has_type(headers, "application/json") {
        return Err(Failure::new(
            ErrorCode::UnsupportedMediaType,
            "The body must be application/json.",
        ));
    }
    parse(&read(body, pass, house).await?)
}

/// A JSON body that may be left out.
pub(crate) struct MaybeBody<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequest<App> for MaybeBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, house: &App) -> Answer<MaybeBody<T>> {
        let (parts, body) = request.into_parts();
        let pass = parts.extensions.get().map(|Admitted(pass)| *pass);
        let bytes = read(body, pass, house).await?;
        if matches!(bytes.trim_ascii(), b"" | b"null") {
            return Ok(MaybeBody(T::default()));
        }
        json(&parts.headers, Full::new(bytes), pass, house).await.map(MaybeBody)
    }
}

async fn read(
    body: impl HttpBody<Data = Bytes, Error: Into<BoxError>>,
    pass: Option<Pass>,
    house: &App,
) -> Answer<Bytes> {
    let large = || Failure::new(ErrorCode::PayloadTooLarge, "The body may have at most 64 KiB.");
    // Where its length was told, nothing of it is waited for.
    if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
        return Err(large());
    }
    let mut read = pin!(Limited::new(body, BODY_BYTES_MAX).collect());
    let read = match (&mut read).now_or_never() {
        // Most come with their head.
        Some(read) => read,
        None => {
            let late = |_| Failure::field("body", "did not arrive in time");
            let read = Box::pin(tokio::time::timeout(BODY_TIMEOUT, read)).await;
            if let Some(pass) = pass {
                Box::pin(still_holds(pass, house)).await?;
            }
            read.map_err(late)?
        }
    };
    read.map(Collected::to_bytes).map_err(|_| large())
}

/// Whether a request's body is of a type, parameters aside.
pub(crate) fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = given.and_then(|given| given.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(wanted)
}

/// Reads JSON, and names the field where it cannot.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    // Left to itself, the reader takes an array for an object with its fields in order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Failure::field("body", "must be a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner())
    })?;
    json.end().map_err(|error| explain(".", &error))?;
    Ok(read)
}

fn explain(path: &str, error: &serde_json::Error) -> Failure {
    let text = error.to_string();
    // "missing field `amount` at line 1 column 2" names the field; the path is its parent's.
    let named = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| text.strip_prefix(start)?.split_once('`'))
        .map(|(field, _)| field);
    let what = text.split(" at line ").next().unwrap_or_default();
    // Rust's names for numbers mean nothing to a client.
    let what = what.replace("expected f64", "expected a number");
    let what = what.replace("expected u32", "expected a whole number");
    let what = match what.rsplit_once(", expected ") {
        Some((_, wanted)) if error.is_data() => format!("must be {wanted}"),
        _ if what.starts_with("UUID parsing failed") => "must be a UUID".to_owned(),
        _ => what,
    };
    if !error.is_data() {
        return Failure::field("body", format!("is not valid JSON: {what}"));
    }
    match named {
        Some(field) if text.starts_with("missing") => Failure::field(field, "is missing"),
        Some(field) => Failure::field(field, "is not known here"),
        None if path == "." => Failure::field("body", what),
        None => Failure::field(path, what),
    }
}

/// Whether a text of one line shows as what it is: no control characters, nothing invisible, and
/// nothing that turns the direction of what follows it on somebody's page.
pub(crate) fn is_plain(text: &str) -> bool {
    let sly = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            // Blanks that count as letters, and hyphens and marks that show nothing.
            || matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}')
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{34f}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}')
    };
    !text.chars().any(sly)
}

/// What is wrong about a request, field by field.
#[derive(Default)]
pub(crate) struct Checks(BTreeMap<String, String>);

impl Checks {
    /// Notes what is wrong about a field, unless something is noted already.
    pub(crate) fn wrong(&mut self, field: &str, what: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| what.into());
    }

    /// Notes it where it does not hold.
    pub(crate) fn require(&mut self, holds: bool, field: &str, what: &str) {
        if !holds {
            self.wrong(field, what);
        }
    }

    /// An amount of major units.
    pub(crate) fn money(&mut self, field: &str, major: f64) -> Money {
        Money::from_major(major).unwrap_or_else(|error| {
            self.wrong(field, error.to_string());
            Money::ZERO
        })
    }

    /// Whether nothing is wrong.
    pub(crate) fn done(self) -> Answer<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::fields(self.0)) }
    }
}

/// The parameters of a query, each read once and checked.
pub(crate) struct Params {
    given: HashMap<String, String>,
    pub(crate) checks: Checks,
}

impl FromRequestParts<App> for Params {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &App) -> Answer<Params> {
        let query = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, house);
        let given = query.await.map_err(|_| Failure::field("query", "cannot be read"))?;
        Ok(Params { given: given.0.into_iter().collect(), checks: Checks::default() })
    }
}

impl Params {
    /// What a page's address comes to, rather than a request's own.
    pub(crate) fn of(given: HashMap<String, String>) -> Params {
        Params { given, checks: Checks::default() }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub(crate) fn number<T: FromStr>(&mut self, name: &str, what: &str) -> Option<T> {
        let read = self.text(name).map(T::from_str);
        match read {
            Some(Err(_)) => {
                self.checks.wrong(name, what);
                None
            }
            Some(Ok(number)) => Some(number),
            None => None,
        }
    }

    /// One of a few words.
    pub(crate) fn one_of<T: Copy>(&mut self, name: &str, words: &[(&str, T)], default: T) -> T {
        let Some(given) = self.text(name) else { return default };
        let found = words.iter().find(|(word, _)| *word == given).map(|(_, value)| *value);
        found.unwrap_or_else(|| {
            let words = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            self.checks.wrong(name, format!("must be one of {words}"));
            default
        })
    }

    /// Page (from 1) and entries a page (1 to 100, by default 20).
    pub(crate) fn page(&mut self) -> (u32, u32) {
        let page = self.number("page", "must be a whole number from 1").unwrap_or(1u32);
        let limit = self.number("limit", "must be a whole number from 1 to 100").unwrap_or(20u32);
        self.checks.require(page >= 1, "page", "must be a whole number from 1");
        self.checks.require(
            (1..=100).contains(&limit),
            "limit",
            "must be a whole number from 1 to 100",
        );
        (page.max(1), limit.clamp(1, 100))
    }

    pub(crate) fn done(self) -> Answer<()> {
        self.checks.done()
    }
}
