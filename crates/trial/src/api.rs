//! The house's API, as a client has it: answers with when they were asked for and came.

use crate::Fail;
use crate::house::Addresses;
use crate::random::Random;
use bytes::Bytes;
use gavel_trial::history::{Attempt, Reply};
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, body::Incoming, header};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long a client waits for an answer: less than a server may take that waits for a frozen database.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often something is asked for at most, before it stays unknown.
const TRIES: usize = 12;
/// How long a client waits at most before it asks again.
const PAUSE_MS_MAX: i64 = 400;

/// All clients' way to the servers.
#[derive(Clone)]
pub(crate) struct Api {
    http: Client<HttpConnector, Full<Bytes>>,
    addresses: Arc<Addresses>,
    begun: Instant,
}

/// Somebody who is signed in, at every server.
#[derive(Clone)]
pub(crate) struct Session(String);

/// A request that can be sent again.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) session: Option<&'a Session>,
    pub(crate) key: &'a str,
    pub(crate) body: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a str, session: Option<&'a Session>) -> Call<'a> {
        Call { method: Method::GET, path, session, key: "", body: None }
    }
}

impl Api {
    pub(crate) fn new(addresses: Arc<Addresses>) -> Api {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(PATIENCE));
        let http = Client::builder(TokioExecutor::new()).build(connector);
        Api { http, addresses, begun: Instant::now() }
    }

    pub(crate) fn servers(&self) -> usize {
        self.addresses.len()
    }

    /// Microseconds since the run's beginning.
    pub(crate) fn now_us(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn request(&self, server: usize, call: &Call<'_>) -> Request<Full<Bytes>> {
        let url = format!("http://{}{}", self.addresses.of(server), call.path);
        let mut request = Request::builder().method(call.method.clone()).uri(url);
        if let Some(Session(cookie)) = call.session {
            request = request.header(header::COOKIE, cookie);
        }
        if !call.key.is_empty() {
            request = request.header("X-Idempotency-Key", call.key);
        }
        if call.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = Bytes::from(call.body.unwrap_or_default().to_owned());
        request.body(Full::new(body)).expect("addresses, cookies and keys are plain")
    }

    /// Sends a request to a server once.
    pub(crate) async fn attempt(&self, client: u32, server: usize, call: &Call<'_>) -> Attempt {
        let request = self.request(server, call);
        let sent_us = self.now_us();
        let answer = async {
            let response = self.http.request(request).await.ok()?;
            let status = response.status().as_u16();
            let body = text(response).await.ok()?;
            Some(Reply { answered_us: self.now_us(), status, body })
        };
        let reply = timeout(PATIENCE, answer).await.ok().flatten();
        Attempt { client, server: u8::try_from(server).unwrap_or(u8::MAX), sent_us, reply }
    }

    /// Sends a request to one server after the other, with the same key, until one answers it.
    pub(crate) async fn insist(
        &self,
        client: u32,
        call: &Call<'_>,
        random: &mut Random,
    ) -> Vec<Attempt> {
        let first = random.below(self.servers());
        let mut attempts = Vec::with_capacity(1);
        for nth in 0..TRIES {
            let server = (first + nth) % self.servers();
            attempts.push(self.attempt(client, server, call).await);
            if attempts.last().is_some_and(is_settled) {
                break;
            }
            let pause_ms = random.between(1, PAUSE_MS_MAX.min(20 << nth.min(8))).unsigned_abs();
            sleep(Duration::from_millis(pause_ms)).await;
        }
        attempts
    }

    /// The answer to a request that must be answered with a success.
    pub(crate) async fn ask(&self, call: &Call<'_>, random: &mut Random) -> Result<Reply, Fail> {
        let attempts = self.insist(0, call, random).await;
        let reply = attempts.into_iter().last().and_then(|attempt| attempt.reply);
        let reply = reply.ok_or_else(|| format!("{} {} has no answer", call.method, call.path))?;
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        let Reply { status, body, .. } = reply;
        Err(format!("{} {}: {status} {body}", call.method, call.path).into())
    }

    /// A page in JSON.
    pub(crate) async fn get(
        &self,
        path: &str,
        session: Option<&Session>,
        random: &mut Random,
    ) -> Result<Value, Fail> {
        let reply = self.ask(&Call::get(path, session), random).await?;
        Ok(serde_json::from_str(&reply.body)?)
    }

    /// Makes an account; signs in where it is there already. Also gives its identity.
    pub(crate) async fn register(&self, name: &str, email: &str) -> Result<(Session, Value), Fail> {
        let mut refused = String::new();
        for path in ["register", "login"] {
            let path = format!("/api/v1/auth/{path}");
            let mut body = json!({"email": email, "password": "correct horse"});
            if path.ends_with("register") {
                body["displayName"] = json!(name);
            }
            let body = body.to_string();
            let (method, body) = (Method::POST, Some(body.as_str()));
            let call = Call { method, path: &path, session: None, key: "", body };
            let response = self.http.request(self.request(0, &call)).await?;
            let cookie = response.headers().get(header::SET_COOKIE);
            let cookie = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next());
            let cookie = cookie.map(str::to_owned);
            let text = text(response).await?;
            match cookie {
                Some(cookie) => return Ok((Session(cookie), serde_json::from_str(&text)?)),
                None => refused = text,
            }
        }
        Err(format!("{email} cannot sign in: {refused}").into())
    }
}

async fn text(response: Response<Incoming>) -> Result<String, Fail> {
    let body = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(body.into())?)
}

/// Whether an answer says what became of a request, so that nobody would ask again.
pub(crate) fn is_settled(attempt: &Attempt) -> bool {
    attempt.reply.as_ref().is_some_and(|reply| reply.status < 500 && reply.status != 429)
}
