//! The description of the API, made from the code.

use gavel_wire as wire;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};

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
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    let bearer = bearer.description(Some("An API token, wherever the session's cookie does."));
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    for call in document.paths.paths.values_mut().flat_map(calls) {
        let in_person = call.operation_id.as_deref().is_some_and(|id| IN_PERSON.contains(&id));
        if let Some(ways) = call.security.as_mut().filter(|_| !in_person) {
            ways.push(SecurityRequirement::new("bearer", Vec::<String>::new()));
        }
    }
    document
}

/// Calls that need a session, and that an API token does not do for.
const IN_PERSON: [&str; 2] = ["changePassword", "createToken"];

fn calls(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let reading = [&mut path.get, &mut path.head];
    let changing = [&mut path.post, &mut path.put, &mut path.patch, &mut path.delete];
    reading.into_iter().chain(changing).flatten()
}

/// The OpenAPI 3.1 document.
pub fn openapi_json() -> String {
    let (_, routes) = super::api().split_for_parts();
    let mut text = finish(routes).to_pretty_json().expect("the document is always JSON");
    text.push('\n');
    text
}
