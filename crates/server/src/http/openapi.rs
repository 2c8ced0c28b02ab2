//! The description of the API, made from the code.

use gavel_wire as wire;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};

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
pub(super) fn finish(routes: Document) -> Document {
    let mut document = Base::openapi().nest("/api/v1", routes);
    let cookie = ApiKeyValue::with_description("session", "Set by signing in.");
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document
}

/// The OpenAPI 3.1 document.
pub fn openapi_json() -> String {
    let (_, routes) = super::api().split_for_parts();
    let mut text = finish(routes).to_pretty_json().expect("the document is always JSON");
    text.push('\n');
    text
}
