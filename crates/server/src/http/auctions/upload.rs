//! The body of a listing: JSON, or a form with pictures.

use crate::house::House;
use crate::http::error::{Answer, Failure, unavailable};
use crate::http::extract::{Body, has_type, parse};
use crate::media::{self, Picture, PictureError, UPLOAD_BYTES_MAX};
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use gavel_wire::{CreateAuctionRequest, ErrorCode};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Pictures of a lot.
const PICTURES_MAX: usize = 10;
/// Bytes of a form: its pictures, and room for the fields.
const FORM_BYTES_MAX: usize = PICTURES_MAX * UPLOAD_BYTES_MAX + 1024 * 1024;
/// Bytes of one text field.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Text fields of a form; no other is read.
const FIELDS: [&str; 12] = [
    "title",
    "description",
    "category",
    "startingPrice",
    "reservePrice",
    "bidIncrement",
    "startTime",
    "endTime",
    "durationSeconds",
    "snipeWindowSeconds",
    "snipeCapSeconds",
    "draft",
];
/// Forms that are received at a time: each holds a picture in memory.
static FORMS: Semaphore = Semaphore::const_new(8);
/// How long a form may take to arrive: who sends slowly must not keep a place from others.
const FORM_TIMEOUT: Duration = Duration::from_secs(120);
/// Users whose forms are being received.
static SENDING: Mutex<BTreeSet<u128>> = Mutex::new(BTreeSet::new());
/// Pictures that are worked on at a time: each takes a core.
static WORKBENCH: Semaphore = Semaphore::const_new(1);

/// A listing as it was asked for.
pub(super) struct Uploaded {
    pub(super) request: CreateAuctionRequest,
    pub(super) pictures: Vec<Picture>,
    /// Digest of everything that was sent, for its idempotency key.
    pub(super) digest: [u8; 32],
}

/// Receives the body of a listing.
pub(super) async fn receive(
    house: &Arc<House>,
    sender: u128,
    request: Request,
) -> Answer<Uploaded> {
    if !has_type(request.headers(), "multipart/form-data") {
        let Body(json) = Body::<Value>::from_request(request, house).await?;
        let text = json.to_string();
        let digest = Sha256::digest(text.as_bytes()).into();
        return Ok(Uploaded { request: parse(text.as_bytes())?, pictures: Vec::new(), digest });
    }
    let _turn = Turn::of(sender)?;
    let _place = FORMS.try_acquire().map_err(|_| unavailable())?;
    let mut request = request;
    DefaultBodyLimit::max(FORM_BYTES_MAX).apply(&mut request);
    let received = tokio::time::timeout(FORM_TIMEOUT, receive_form(request)).await;
    received.unwrap_or_else(|_| Err(unavailable()))
}

/// A user's turn to send a form; each has one at a time.
struct Turn(u128);

impl Turn {
    fn of(user: u128) -> Answer<Turn> {
        let free = SENDING.lock().unwrap_or_else(PoisonError::into_inner).insert(user);
        let busy = || Failure::wait(ErrorCode::RateLimited, "One listing at a time, please.", 1);
        free.then_some(Turn(user)).ok_or_else(busy)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        SENDING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

async fn receive_form(request: Request) -> Answer<Uploaded> {
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Failure::field("body", "is not a form"))?;
    let (mut fields, mut pictures) = (Map::new(), Vec::new());
    let mut sha = Sha256::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        sha.update(name.as_bytes());
        if name == "images" {
            if pictures.len() == PICTURES_MAX {
                return Err(Failure::field("images", "must be at most 10"));
            }
            let bytes = read(field, UPLOAD_BYTES_MAX).await?;
            // Browsers send an empty file for an input that was left alone.
            if !bytes.is_empty() {
                sha.update(Sha256::digest(&bytes));
                pictures.push(work_on(bytes).await?);
            }
        } else if !FIELDS.contains(&name.as_str()) {
            return Err(Failure::field(&name, "is not known here"));
        } else {
            let bytes = read(field, TEXT_BYTES_MAX).await?;
            let text = String::from_utf8(bytes)
                .map_err(|_| Failure::field(&name, "is not valid UTF-8"))?;
            sha.update(Sha256::digest(text.as_bytes()));
            if fields.insert(name.clone(), value(&name, text)).is_some() {
                return Err(Failure::field(&name, "is there twice"));
            }
        }
    }
    fields.retain(|_, value| !value.is_null());
    let json = Value::Object(fields).to_string();
    Ok(Uploaded { request: parse(json.as_bytes())?, pictures, digest: sha.finalize().into() })
}

/// A form has only texts: those of fields that are numbers or flags are read as such. What cannot
/// be read stays a text, and is refused by its type.
fn value(name: &str, text: String) -> Value {
    let is_text = matches!(name, "title" | "description" | "category" | "startTime" | "endTime");
    if is_text {
        let optional = name.ends_with("Time");
        return if optional && text.is_empty() { Value::Null } else { Value::String(text) };
    }
    if text.is_empty() {
        return Value::Null;
    }
    match serde_json::from_str(&text) {
        Ok(read @ (Value::Number(_) | Value::Bool(_))) => read,
        _ => Value::String(text),
    }
}

async fn read(mut field: Field<'_>, bytes_max: usize) -> Answer<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn work_on(bytes: Vec<u8>) -> Answer<Picture> {
    let _bench = WORKBENCH.acquire().await.map_err(|_| unavailable())?;
    let done = tokio::task::spawn_blocking(move || media::process(&bytes)).await;
    done.map_err(|_| unavailable())?.map_err(|error| match error {
        PictureError::TooLarge => too_large(),
        PictureError::UnsupportedType => {
            Failure::new(ErrorCode::UnsupportedMediaType, error.to_string())
                .detail("images", "must be JPEG, PNG or WebP")
        }
        PictureError::Damaged | PictureError::TooManyPixels => {
            Failure::field("images", error.to_string())
        }
    })
}

fn too_large() -> Failure {
    Failure::new(ErrorCode::PayloadTooLarge, "A picture may have at most 10 MB.")
        .detail("images", "must be at most 10 MB each")
}

fn broken(error: &MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Failure::field("body", "is not a whole form")
}
