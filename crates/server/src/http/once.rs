//! Idempotency of what is not in the log: the answer is kept with what it answers.
//!
//! A handler asks [`Once::before`] first, makes its answer, hands [`Once::keep`] to the store's
//! mutation, and answers through [`Once::finish`].

use super::error::{Answer, Failure, internal};
use crate::house::App;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gavel_domain::UserId;
use gavel_engine::{Ask, Keyed, Rejected};
use gavel_store::{Done, Keep, KeptAnswer};
use serde::Serialize;

/// A mutation that happens once for its key.
pub(crate) struct Once {
    account: u128,
    keyed: Option<Keyed>,
}

impl Once {
    /// A mutation by an account. `ask` is what the request asks for, to tell it from another with
    /// the same key: the call's name, what its path names, its body.
    pub(crate) fn new(account: u128, key: Option<String>, ask: &[&[u8]]) -> Once {
        // Each part ends in its length, so that no two lists of parts make the same bytes.
        let mut bytes = Vec::new();
        for part in ask {
            bytes.extend_from_slice(part);
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        }
        Once { account, keyed: key.map(|key| Keyed { key, ask: Ask::of_bytes(&bytes) }) }
    }

    /// The answer that the key was given before, if it was.
    ///
    /// # Errors
    /// The key was used for another request, or the store is away.
    pub(crate) async fn before(&self, house: &App) -> Answer<Option<Response>> {
        Ok(self.kept(house).await?.map(|kept| answer(kept.status, kept.body)))
    }

    /// What was kept of that answer, for those that are not kept whole.
    ///
    /// # Errors
    /// As [`Once::before`].
    pub(crate) async fn kept(&self, house: &App) -> Answer<Option<KeptAnswer>> {
        let Some(Keyed { key, .. }) = &self.keyed else { return Ok(None) };
        if let Some(kept) = self.outside_the_log(house).await? {
            return Ok(Some(kept));
        }
        // The log has keys of its own: what is in it is another request.
        match house.accepted_with(UserId(self.account), key).await? {
            Some(_) => Err(Rejected::KeyReused.into()),
            None => house.limits.kept(self.account).await.map(|()| None),
        }
    }

    /// The answer that the key was given before, for a mutation that may be in the log instead: keys
    /// that are there are the engine's to know.
    ///
    /// # Errors
    /// The key was kept with another answer, or the store is away.
    pub(crate) async fn unless_logged(&self, house: &App) -> Answer<Option<Response>> {
        Ok(self.outside_the_log(house).await?.map(|kept| answer(kept.status, kept.body)))
    }

    async fn outside_the_log(&self, house: &App) -> Answer<Option<KeptAnswer>> {
        let Some(Keyed { key, ask }) = &self.keyed else { return Ok(None) };
        match house.store.kept_answer(self.account, key).await? {
            Some(kept) if kept.ask != ask.0 => Err(Rejected::KeyReused.into()),
            kept => Ok(kept),
        }
    }

    /// The answer where a mutation found things otherwise than it needs them: that of a twin with the
    /// same key that was first, or a refusal.
    ///
    /// # Errors
    /// The refusal, or as [`Once::before`].
    pub(crate) async fn or_before(&self, house: &App, refusal: Failure) -> Answer<Response> {
        self.unless_logged(house).await?.ok_or(refusal)
    }

    /// The key as the engine takes it.
    pub(crate) fn keyed(&self) -> Option<Keyed> {
        self.keyed.clone()
    }

    /// What the store is to keep with the mutation: this answer. `body` is nothing for a 204.
    pub(crate) fn keep<T: Serialize>(
        &self,
        house: &App,
        status: StatusCode,
        body: Option<&T>,
    ) -> Option<Keep> {
        let Keyed { key, ask } = self.keyed.clone()?;
        let answer = KeptAnswer { ask: ask.0, status: status.as_u16(), body: text(body) };
        Some(Keep { account: self.account, key, answer, at: house.now() })
    }

    /// The answer once the store has carried the mutation out, or found that a twin was first.
    ///
    /// # Errors
    /// As [`Once::before`].
    pub(crate) async fn finish<T: Serialize>(
        &self,
        house: &App,
        done: Done,
        status: StatusCode,
        body: Option<&T>,
    ) -> Answer<Response> {
        match done {
            Done::Now => Ok(answer(status.as_u16(), text(body))),
            Done::Before => self.unless_logged(house).await?.ok_or_else(internal),
        }
    }
}

/// The body of an answer that has none.
pub(crate) const NOTHING: Option<&()> = None;

/// A body as it is kept.
pub(crate) fn text<T: Serialize>(body: Option<&T>) -> String {
    body.map(|body| serde_json::to_string(body).expect("an answer is always JSON"))
        .unwrap_or_default()
}

fn answer(status: u16, body: String) -> Response {
    let Ok(status) = StatusCode::from_u16(status) else {
        return Failure::into_response(internal());
    };
    if body.is_empty() {
        return status.into_response();
    }
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
