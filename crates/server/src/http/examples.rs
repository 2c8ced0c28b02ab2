//! Examples for the description of the API: one lot's story, told by the names of the fields, so that
//! every answer can be shown without writing it out for every type.

use gavel_wire::ErrorCode;
use serde_json::{Value, json};

/// Gives every property without an example one, and every refusal its code.
pub(super) fn add(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for schema in schemas.into_iter().flat_map(|schemas| schemas.values_mut()) {
        add_to_properties(schema);
    }
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    let paths = document.pointer_mut("/paths").and_then(Value::as_object_mut);
    for (path, calls) in paths.into_iter().flatten() {
        let calls = calls.as_object_mut().into_iter().flat_map(|calls| calls.values_mut());
        for call in calls {
            let about = About { named: named(path), field: field(call, &schemas) };
            let answers = call.pointer_mut("/responses").and_then(Value::as_object_mut);
            let answers = answers.into_iter().flat_map(|answers| answers.values_mut());
            answers.for_each(|answer| add_refusal(answer, &about));
        }
    }
}

/// What a call's refusals may be about.
struct About {
    /// What its path names.
    named: &'static str,
    /// Something that is sent with it.
    field: String,
}

fn named(path: &str) -> &'static str {
    match path {
        _ if path.contains("/sessions/") => "session",
        _ if path.contains("/tokens/") => "API token",
        _ if path.ends_with("/proxy") => "auto-bid of yours",
        _ if path.contains("/images/{") => "picture",
        _ if path.contains("/admin/users/") => "user",
        _ if path.contains("/users/{") => "seller",
        _ => "auction",
    }
}

/// The first field of what is sent with a call, or else its first parameter.
fn field(call: &Value, schemas: &Value) -> String {
    let schema = call.pointer("/requestBody/content/application~1json/schema/$ref");
    let name = schema.and_then(Value::as_str).and_then(|to| to.rsplit('/').next());
    let fields = name.and_then(|name| schemas[name]["required"][0].as_str());
    let asked = call["parameters"].as_array().into_iter().flatten();
    let asked = asked.filter(|parameter| parameter["in"] != "path");
    let mut asked = asked.filter_map(|parameter| parameter["name"].as_str());
    fields.or_else(|| asked.next()).unwrap_or("id").to_owned()
}

/// Properties stand in a schema itself and in those that it is put together of.
fn add_to_properties(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    for part in ["allOf", "oneOf", "anyOf"] {
        let parts = schema.get_mut(part).and_then(Value::as_array_mut);
        parts.into_iter().flatten().for_each(add_to_properties);
    }
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        add_to_properties(property);
        let Some(property) = property.as_object_mut() else { continue };
        let has_one = property.contains_key("example") || property.contains_key("examples");
        if has_one || property.contains_key("enum") || property.contains_key("const") {
            continue;
        }
        let kind = |wanted: &str| match property.get("type") {
            Some(Value::String(kind)) => kind == wanted,
            Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
            _ => false,
        };
        let format = property.get("format").and_then(Value::as_str);
        let example = match (name.as_str(), format) {
            (_, Some("uuid")) => json!("019ab2c4-6f00-7c31-9d52-3f1a8e5b7c10"),
            (name, Some("date-time")) => moment(name),
            (name, _) if kind("string") => text(name),
            (name, _) if kind("integer") => count(name),
            (name, _) if kind("number") => amount(name),
            (name, _) if kind("boolean") => json!(matches!(name, "reserveMet" | "isWatching")),
            _ => continue,
        };
        property.insert("examples".to_owned(), json!([example]));
    }
}

fn moment(name: &str) -> Value {
    json!(match name {
        "endTime" | "newEndTime" | "auctionEndTime" | "endedAt" => "2026-11-30T18:02:00.000Z",
        "originalEndTime" | "previousEndTime" | "expiresAt" => "2026-11-30T18:00:00.000Z",
        "startTime" | "createdAt" | "memberSince" => "2026-11-23T18:00:00.000Z",
        _ => "2026-11-24T09:30:00.000Z",
    })
}

fn text(name: &str) -> Value {
    json!(match name {
        "title" | "auctionTitle" => "Mantel clock, walnut, 1890s",
        "description" => "Eight-day movement, strikes the hours. Runs.",
        "category" | "slug" => "furniture",
        "name" => "Furniture & interiors",
        "displayName" | "sellerName" => "Ann",
        "bidderName" | "currentBidderName" | "winnerName" => "Bidder 7KQ2M",
        "email" => "ann@example.org",
        "password" => "correct horse battery",
        "url" => "/media/019ab2c4-6f00-7c31-9d52-3f1a8e5b7c10.jpg",
        "thumbnailUrl" => "/media/019ab2c4-6f00-7c31-9d52-3f1a8e5b7c10-small.jpg",
        "message" => "You are the highest bidder.",
        "reason" | "banReason" | "cancelReason" => "It was damaged in the store.",
        "hash" | "prevHash" | "sealed" =>
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "canonical" => r#"{"lot":"019ab2c4-6f00-7c31-9d52-3f1a8e5b7c10","version":2,…}"#,
        _ => "…",
    })
}

fn count(name: &str) -> Value {
    json!(match name {
        "page" | "totalPages" | "displayOrder" => 1,
        "limit" => 20,
        "bidCount" | "seq" | "version" => 7,
        "snipeWindowSeconds" => 120,
        "snipeCapSeconds" => 3_600,
        "durationSeconds" => 604_800,
        _ => 3,
    })
}

fn amount(name: &str) -> Value {
    match name {
        "minimumBid" => json!(57.5),
        "bidIncrement" => json!(2.5),
        "startingPrice" => json!(40),
        "reservePrice" => json!(80),
        "maxAmount" | "yourMaxBid" => json!(120),
        "sellThroughRate" => json!(0.75),
        "grossSales" => json!(1_240.5),
        _ => json!(55),
    }
}

/// Shows a refusal by the first code that its description names.
fn add_refusal(answer: &mut Value, about: &About) {
    let described = answer.get("description").and_then(Value::as_str).unwrap_or_default();
    let code = described.split([',', ':', ' ']).next().unwrap_or_default().to_owned();
    let Some(message) = message(&code, about) else { return };
    let refusal = answer.pointer_mut("/content/application~1json").and_then(Value::as_object_mut);
    if let Some(refusal) = refusal {
        refusal.insert("example".to_owned(), json!({"error": code, "message": message}));
    }
}

/// What a code may come with.
fn message(code: &str, about: &About) -> Option<String> {
    let known: ErrorCode = serde_json::from_value(json!(code)).ok()?;
    let text = match known {
        ErrorCode::ValidationError => return Some(format!("Please check: {}.", about.field)),
        ErrorCode::NotFound => return Some(format!("There is no such {}.", about.named)),
        ErrorCode::BidTooLow => "The least you can bid is 57.5.",
        ErrorCode::Unauthorized => "Please sign in.",
        ErrorCode::InvalidCredentials => "Wrong address or password.",
        ErrorCode::Forbidden => "Only admins may do that.",
        ErrorCode::UserBanned => "This account is banned.",
        ErrorCode::MethodNotAllowed => "This cannot be done to this address.",
        ErrorCode::AuctionEnded => "This lot has ended.",
        ErrorCode::AuctionNotStarted => "This lot takes no bids yet.",
        ErrorCode::NotDue => "This lot has not reached its end.",
        ErrorCode::AuctionHasBids => {
            "A lot with bids can be neither changed nor taken back by its seller."
        }
        ErrorCode::MaxNotRaised => {
            "You are the highest bidder, and have agreed to as much already."
        }
        ErrorCode::EmailTaken => "This address has an account already.",
        ErrorCode::Conflict => "It has changed meanwhile. Look at it again.",
        ErrorCode::PayloadTooLarge => "The body may have at most 64 KiB.",
        ErrorCode::UnsupportedMediaType => "The body must be application/json.",
        ErrorCode::IdempotencyKeyReused => "This idempotency key was used for another request.",
        ErrorCode::RateLimited => "Too often. Please wait.",
        ErrorCode::TooManyBids => "Too many bids at once. Try again with the same key.",
        ErrorCode::InternalError => "Something went wrong on our side.",
        ErrorCode::Unavailable => "Not possible right now. Try again with the same key.",
    };
    Some(text.to_owned())
}
