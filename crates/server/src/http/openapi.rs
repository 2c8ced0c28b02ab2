//! The description of the API, made from the code.

use super::examples;
use gavel_wire as wire;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, OpenApi as Document, Ref, RefOr};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gavel",
        description = "An auction house. Money is in major units with at most two decimals, time \
                       is ISO 8601 in UTC. Live messages (WsMessage) come over the WebSocket /ws.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(wire::WsMessage, wire::ClientMessage, wire::ApiError))
)]
struct Base;

/// Completes the document of the routes.
pub(super) fn finish(routes: Document) -> Value {
    let mut document = Base::openapi().nest("/api/v1", routes);
    let cookie = ApiKeyValue::with_description("session", "Set by signing in.");
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    let bearer = bearer.description(Some("An API token, wherever the session's cookie does."));
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    for (path, item) in &mut document.paths.paths {
        for (call, changes) in calls(item) {
            add_common_answers(call, changes, path.contains('{'));
            call.parameters.iter_mut().flatten().for_each(bound);
            let in_person = call.operation_id.as_deref().is_some_and(|id| IN_PERSON.contains(&id));
            if let Some(ways) = call.security.as_mut().filter(|_| !in_person) {
                ways.push(SecurityRequirement::new("bearer", Vec::<String>::new()));
            }
        }
    }
    let mut document = serde_json::to_value(&document).expect("the document is always JSON");
    add_forms(&mut document);
    examples::add(&mut document);
    document
}

/// Says what the forms are that pictures come in: utoipa has no words for a body with fields and files.
fn add_forms(document: &mut Value) {
    let images = |least: usize| {
        let file = json!({"type": "string", "format": "binary"});
        json!({
            "type": "array", "minItems": least, "maxItems": 10, "items": file,
            "description": "JPEG, PNG or WebP of at most 10 MB each",
        })
    };
    let schemas = &mut document["components"]["schemas"];
    let mut listing = schemas["CreateAuctionRequest"].clone();
    listing["properties"]["images"] = images(0);
    schemas["CreateAuctionForm"] = listing;
    schemas["ImagesForm"] = json!({
        "type": "object", "description": "Pictures to be added.", "required": ["images"],
        "properties": {"images": images(1)}, "additionalProperties": false,
    });
    for (path, form) in
        [("/api/v1/auctions", "CreateAuctionForm"), ("/api/v1/auctions/{id}/images", "ImagesForm")]
    {
        document["paths"][path]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"] =
            json!({"$ref": format!("#/components/schemas/{form}")});
    }
}

/// Calls that need a session, and that an API token does not do for.
const IN_PERSON: [&str; 2] = ["changePassword", "createToken"];

/// The calls of a path, and whether they change anything.
fn calls(path: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let changing = [&mut path.post, &mut path.put, &mut path.patch, &mut path.delete];
    let changing = changing.into_iter().flatten().map(|call| (call, true));
    path.get.iter_mut().map(|call| (call, false)).chain(changing)
}

/// Adds what a call may answer by what it takes and who asks, unless it says so itself: so a handler
/// names only the answers that are its own.
fn add_common_answers(call: &mut Operation, changes: bool, names_something: bool) {
    let parameters = call.parameters.as_deref().unwrap_or_default();
    let takes = |place| {
        parameters.iter().any(|parameter| match parameter {
            RefOr::T(parameter) => parameter.parameter_in == place,
            RefOr::Ref(_) => false,
        })
    };
    let (keyed, asked) = (takes(ParameterIn::Header) && changes, takes(ParameterIn::Query));
    let sent = call.request_body.is_some();
    let somebody = call.security.is_some();
    let unknown = if somebody { "UNAUTHORIZED" } else { "UNAUTHORIZED: a wrong API token" };
    let refused = match (somebody, changes) {
        (true, true) => Some("USER_BANNED, FORBIDDEN from another site"),
        (true, false) => Some("USER_BANNED"),
        (false, true) => Some("FORBIDDEN from another site"),
        (false, false) => None,
    };
    let answers = [
        (400, (asked || sent || keyed).then_some("VALIDATION_ERROR")),
        (401, Some(unknown)),
        (403, refused),
        (404, names_something.then_some("NOT_FOUND")),
        (413, sent.then_some("PAYLOAD_TOO_LARGE")),
        (415, sent.then_some("UNSUPPORTED_MEDIA_TYPE")),
        (422, keyed.then_some("IDEMPOTENCY_KEY_REUSED")),
        (429, keyed.then_some("RATE_LIMITED")),
        (503, Some("UNAVAILABLE")),
    ];
    for (status, what) in answers.into_iter().filter_map(|(status, what)| Some((status, what?))) {
        let refusal = Content::new(Some(Ref::from_schema_name("ApiError")));
        let refusal = ResponseBuilder::new().description(what).content("application/json", refusal);
        let answers = &mut call.responses.responses;
        answers.entry(status.to_string()).or_insert_with(|| refusal.build().into());
    }
}

/// Says of a parameter what holds wherever it stands.
fn bound(parameter: &mut RefOr<Parameter>) {
    let RefOr::T(parameter) = parameter else { return };
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let from_one = |most| {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(1)).maximum(Some(most))
    };
    let schema = match parameter.name.as_str() {
        "page" => from_one(u32::MAX),
        "limit" => from_one(100),
        "X-Idempotency-Key" => text().min_length(Some(1)).max_length(Some(128)),
        "If-None-Match" => text(),
        _ => return,
    };
    parameter.schema = Some(schema.build().into());
}

/// The OpenAPI 3.1 document.
pub fn openapi_json() -> String {
    let (_, routes) = super::api().split_for_parts();
    let document = finish(routes);
    let mut text = serde_json::to_string_pretty(&document).expect("the document is always JSON");
    text.push('\n');
    text
}
