//! The models on offer, and their small files.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::door::Door;
use crate::fault::Fault;
use crate::house::{House, Model};

/// A browser takes a file for what it is said to be, and for nothing else.
const SNIFF: HeaderName = HeaderName::from_static("x-content-type-options");

pub(super) async fn all<H: House>(State(door): State<Arc<Door<H>>>) -> Json<Value> {
    let models: Vec<Value> = door.house.models().iter().map(card).collect();
    Json(json!({"object": "list", "data": models}))
}

pub(super) async fn one<H: House>(
    State(door): State<Arc<Door<H>>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Fault> {
    let models = door.house.models();
    let found = id.ok().and_then(|Path(id)| models.iter().find(|model| model.id == id));
    found.map(|model| Json(card(model))).ok_or_else(no_model)
}

pub(super) async fn files<H: House>(
    State(door): State<Arc<Door<H>>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let files = id.ok().and_then(|Path(id)| door.house.files(&id)).ok_or_else(no_model)?;
    Ok(([(CACHE_CONTROL, "public, max-age=300")], Json(files)).into_response())
}

pub(super) async fn file<H: House>(
    State(door): State<Arc<Door<H>>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, Fault> {
    let found = path.ok().filter(|Path((_, name))| plain(name));
    let found = found.and_then(|Path((id, name))| Some((sort(&name), door.house.file(&id, &name)?)));
    let (sort, bytes) = found.ok_or_else(no_file)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(sort)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
        (SNIFF, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, bytes).into_response())
}

fn card(model: &Model) -> Value {
    json!({
        "id": model.id,
        "object": "model",
        "created": model.created,
        "owned_by": "hearth",
        "context_length": model.context,
        "digest": model.digest,
    })
}

/// A name that stays in its folder, whatever the house does with it.
fn plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

fn sort(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("json") => "application/json",
        Some("txt" | "jinja" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn no_model() -> Fault {
    let message = "there is no such model here: /v1/models lists those that are served";
    Fault::new(StatusCode::NOT_FOUND, "model_not_found", message)
}

fn no_file() -> Fault {
    let message = "there is no such file: /v1/models/{id}/files lists those of a model";
    Fault::new(StatusCode::NOT_FOUND, "file_not_found", message)
}
