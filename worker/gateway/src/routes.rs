//! Every path, and who answers there.

mod deals;
mod models;
mod openai;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::door::Door;
use crate::fault::Fault;
use crate::house::House;

/// What the OpenAI SDKs show as the name of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

type Way<H> = (&'static str, &'static str, MethodRouter<Arc<Door<H>>>);

/// One line a route; `openapi.json` beside this crate says the same, which a test holds.
fn ways<H: House>() -> Vec<Way<H>> {
    vec![
        way("POST", "/v1/chat/completions", openai::chat::<H>),
        way("POST", "/v1/completions", openai::completion::<H>),
        way("GET", "/v1/models", models::all::<H>),
        way("GET", "/v1/models/{id}", models::one::<H>),
        way("GET", "/v1/models/{id}/files", models::files::<H>),
        way("GET", "/v1/models/{id}/files/{name}", models::file::<H>),
        way("POST", "/hearth/v1/deals/{deal}/requests", deals::request::<H>),
        way("POST", "/hearth/v1/deals/{deal}/vouchers", deals::voucher::<H>),
        way("GET", "/hearth/v1/deals/{deal}", deals::standing::<H>),
        way("GET", "/v1/attestation", state::attestation::<H>),
        way("GET", "/healthz", state::health),
        way("GET", "/readyz", state::ready::<H>),
        way("GET", "/metrics", state::metrics::<H>),
        way("GET", "/openapi.json", state::openapi),
    ]
}

fn way<H, T, F>(method: &'static str, path: &'static str, answers: F) -> Way<H>
where
    H: House,
    T: 'static,
    F: Handler<T, Arc<Door<H>>>,
{
    (method, path, if method == "POST" { post(answers) } else { get(answers) })
}

/// Method and path of every route.
pub fn routes<H: House>() -> Vec<(&'static str, &'static str)> {
    ways::<H>().into_iter().map(|(method, path, _)| (method, path)).collect()
}

/// The router over this door.
pub(crate) fn router<H: House>(door: Arc<Door<H>>) -> Router {
    let mut router = Router::new();
    for (_, path, answers) in ways::<H>() {
        router = router.route(path, answers);
    }
    // Browsers may ask from any page: nothing here goes by a cookie.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(Any)
        .max_age(std::time::Duration::from_secs(3600));
    router
        .fallback(async || nowhere())
        .method_not_allowed_fallback(async || not_so())
        .layer(from_fn_with_state(Arc::clone(&door), stamp::<H>))
        .layer(cors)
        .with_state(door)
}

/// Counts every response and names it, and keeps caches from what may change.
async fn stamp<H: House>(State(door): State<Arc<Door<H>>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let status = response.status();
    door.tally.status(status.as_u16());
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    // Every refused key gets the very same bytes, headers too.
    if status != StatusCode::UNAUTHORIZED
        && let Ok(name) = HeaderValue::from_str(&door.names.next("req-"))
    {
        headers.insert(REQUEST_ID, name);
    }
    response
}

fn nowhere() -> Fault {
    let message = "there is nothing at this path: see /openapi.json; a slash in a model's name is written %2F";
    Fault::new(StatusCode::NOT_FOUND, "no_such_path", message)
}

fn not_so() -> Fault {
    let message = "this path is not asked by this method: see /openapi.json";
    Fault::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", message)
}
