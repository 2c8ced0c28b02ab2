//! Bodies with pictures: JSON without any, or a form.
//!
//! A form's files go to the disk as they come. Only when the caller has found nothing to refuse are
//! they worked on, one at a time: that is what costs.

use crate::house::{App, House};
use crate::http::error::{Answer, Failure, unavailable};
use crate::http::extract::{Body, has_type, parse};
use crate::media::{self, PictureError, UPLOAD_BYTES_MAX};
use crate::pictures::Spooled;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use gavel_engine::Picture;
use gavel_wire::{CreateAuctionRequest, ErrorCode};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Pictures of a lot.
pub(super) const PICTURES_MAX: usize = 10;
/// Bytes of a form: its pictures, and room for the fields.
const FORM_BYTES_MAX: usize = PICTURES_MAX * UPLOAD_BYTES_MAX + 1024 * 1024;
/// Bytes of one text field.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Text fields of a listing; no other is read.
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
/// Forms that are received or worked on at a time: each takes room on the disk.
static FORMS: Semaphore = Semaphore::const_new(8);
/// How long a form may take to arrive: who sends slowly must not keep a place from others.
const FORM_TIMEOUT: Duration = Duration::from_secs(120);
/// Users whose forms are being received or worked on.
static SENDING: Mutex<BTreeSet<u128>> = Mutex::new(BTreeSet::new());
/// Pictures that are worked on at a time: each takes a core.
static WORKBENCH: Semaphore = Semaphore::const_new(1);

/// What was sent.
pub(super) struct Upload {
    fields: Value,
    pub(super) files: Files,
    /// Digest of everything that was sent, for its idempotency key. The order of a form's fields
    /// does not count, that of its pictures does.
    pub(super) digest: [u8; 32],
}

/// Pictures as they were sent, not looked at yet.
pub(super) struct Files {
    spooled: Vec<Spooled>,
    /// Held until they have been worked on.
    _place: Option<(Turn, SemaphorePermit<'static>)>,
}

impl Upload {
    /// What was sent as a listing.
    ///
    /// # Errors
    /// A field is missing, unknown, or of another type.
    pub(super) fn request(&self) -> Answer<CreateAuctionRequest> {
        parse(self.fields.to_string().as_bytes())
    }
}

/// Receives the body of a listing.
pub(super) async fn receive(house: &App, sender: u128, request: Request) -> Answer<Upload> {
    if !has_type(request.headers(), "multipart/form-data") {
        let Body(fields) = Body::<Value>::from_request(request, house).await?;
        let digest = Sha256::digest(fields.to_string().as_bytes()).into();
        return Ok(Upload { fields, files: Files { spooled: Vec::new(), _place: None }, digest });
    }
    receive_form(house, sender, request, &FIELDS).await
}

/// Receives a form of pictures alone, at least one.
pub(super) async fn receive_pictures(
    house: &App,
    sender: u128,
    request: Request,
) -> Answer<Upload> {
    if !has_type(request.headers(), "multipart/form-data") {
        let message = "The body must be multipart/form-data.";
        return Err(Failure::new(ErrorCode::UnsupportedMediaType, message));
    }
    let upload = receive_form(house, sender, request, &[]).await?;
    if upload.files.is_empty() {
        return Err(Failure::field("images", "is missing"));
    }
    Ok(upload)
}

async fn receive_form(
    house: &App,
    sender: u128,
    mut request: Request,
    known: &[&str],
) -> Answer<Upload> {
    let turn = Turn::of(sender)?;
    let place = FORMS.try_acquire().map_err(|_| unavailable())?;
    DefaultBodyLimit::max(FORM_BYTES_MAX).apply(&mut request);
    let received = tokio::time::timeout(FORM_TIMEOUT, read_form(house, request, known)).await;
    let mut upload = received.unwrap_or_else(|_| Err(unavailable()))?;
    upload.files._place = Some((turn, place));
    Ok(upload)
}

/// A user's turn to send a form; each has one at a time.
struct Turn(u128);

impl Turn {
    fn of(user: u128) -> Answer<Turn> {
        let free = SENDING.lock().unwrap_or_else(PoisonError::into_inner).insert(user);
        let busy = || Failure::wait(ErrorCode::RateLimited, "One upload at a time, please.", 1);
        free.then_some(Turn(user)).ok_or_else(busy)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        SENDING.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}

async fn read_form(house: &House, request: Request, known: &[&str]) -> Answer<Upload> {
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Failure::field("body", "is not a form"))?;
    let (mut texts, mut spooled) = (BTreeMap::new(), Vec::new());
    let mut files_sha = Sha256::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "images" {
            if spooled.len() == PICTURES_MAX {
                return Err(Failure::field("images", "must be at most 10"));
            }
            // Browsers send an empty file for an input that was left alone.
            if let Some((file, digest)) = spool(house, field, spooled.len() + 1).await? {
                files_sha.update(digest);
                spooled.push(file);
            }
        } else if !known.contains(&name.as_str()) {
            return Err(Failure::field(&name, "is not known here"));
        } else {
            let text = read(field, TEXT_BYTES_MAX).await?;
            let text =
                String::from_utf8(text).map_err(|_| Failure::field(&name, "is not valid UTF-8"))?;
            if texts.insert(name.clone(), text).is_some() {
                return Err(Failure::field(&name, "is there twice"));
            }
        }
    }
    let mut sha = Sha256::new();
    for (name, text) in &texts {
        sha.update(name.as_bytes());
        sha.update(Sha256::digest(text.as_bytes()));
    }
    sha.update(files_sha.finalize());
    let mut fields = Map::new();
    for (name, text) in texts {
        let value = value(&name, text);
        fields.insert(name, value);
    }
    fields.retain(|_, value| !value.is_null());
    let files = Files { spooled, _place: None };
    Ok(Upload { fields: Value::Object(fields), files, digest: sha.finalize().into() })
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
            return Err(Failure::new(ErrorCode::PayloadTooLarge, "A field is too long."));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Writes a file of a form to the disk as it comes; none where it is empty.
async fn spool(
    house: &House,
    mut field: Field<'_>,
    number: usize,
) -> Answer<Option<(Spooled, [u8; 32])>> {
    let mut spooled = house.pictures.spool(house.new_id()).await.map_err(no_room)?;
    let (mut sha, mut bytes) = (Sha256::new(), 0);
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes += chunk.len();
        if bytes > UPLOAD_BYTES_MAX {
            return Err(too_large(Some(number)));
        }
        sha.update(&chunk);
        spooled.append(&chunk).await.map_err(no_room)?;
    }
    if bytes == 0 {
        return Ok(None);
    }
    spooled.finish().await.map_err(no_room)?;
    Ok(Some((spooled, sha.finalize().into())))
}

impl Files {
    pub(super) fn is_empty(&self) -> bool {
        self.spooled.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.spooled.len()
    }

    /// Makes the pictures that are kept and shown, and keeps them. Where one of them cannot be, none
    /// is.
    ///
    /// # Errors
    /// A file is no picture that can be used; the sender has sent too many.
    pub(super) async fn develop(self, house: &App, sender: u128) -> Answer<Vec<Picture>> {
        let Files { spooled, _place } = self;
        let mut pictures = Vec::with_capacity(spooled.len());
        for (index, file) in spooled.into_iter().enumerate() {
            match develop(house, sender, file, index + 1).await {
                Ok(picture) => pictures.push(picture),
                Err(failure) => {
                    house.pictures.drop(&pictures).await;
                    return Err(failure);
                }
            }
        }
        Ok(pictures)
    }
}

async fn develop(house: &App, sender: u128, file: Spooled, number: usize) -> Answer<Picture> {
    house.limits.picture(sender).await?;
    let picture = make(file).await?.map_err(|error| unusable(error, number))?;
    // Off the workbench: where the store is slow, others' pictures are worked on.
    house.pictures.keep(house.new_id(), picture).await.map_err(no_room)
}

/// Works on a file, or says what is wrong with it.
async fn make(file: Spooled) -> Answer<Result<media::Picture, PictureError>> {
    let _bench = WORKBENCH.acquire().await.map_err(|_| unavailable())?;
    let work = move || file.read().map(|bytes| media::process(&bytes));
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| unavailable())?;
    done.map_err(no_room)
}

fn unusable(error: PictureError, number: usize) -> Failure {
    match error {
        PictureError::TooLarge => too_large(Some(number)),
        PictureError::UnsupportedType => {
            Failure::new(ErrorCode::UnsupportedMediaType, error.to_string())
                .detail("images", format!("picture {number} must be JPEG, PNG or WebP"))
        }
        PictureError::Damaged | PictureError::TooManyPixels => {
            Failure::field("images", format!("picture {number}: {error}"))
        }
    }
}

fn no_room(error: impl std::fmt::Display) -> Failure {
    tracing::error!(%error, "cannot keep a picture");
    unavailable()
}

fn too_large(number: Option<usize>) -> Failure {
    let which = number.map_or_else(String::new, |number| format!("picture {number} "));
    Failure::new(ErrorCode::PayloadTooLarge, "A picture may have at most 10 MB.")
        .detail("images", format!("{which}must be at most 10 MB each"))
}

fn broken(error: &MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(None);
    }
    Failure::field("body", "is not a whole form")
}
