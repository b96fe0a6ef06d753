//! How the node is: alive, ready, what it counts, what is true of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::door::Door;
use crate::house::House;

/// The routes in OpenAPI 3.1.
const OPENAPI: &str = include_str!("../../openapi.json");

pub(super) async fn attestation<H: House>(State(door): State<Arc<Door<H>>>) -> Json<Value> {
    Json(door.house.attestation().await)
}

pub(super) async fn health() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

pub(super) async fn ready<H: House>(State(door): State<Arc<Door<H>>>) -> Response {
    let why = match door.open() {
        Ok(()) => door.house.ready().err(),
        Err(_) => Some("shutting down".to_owned()),
    };
    let status = if why.is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ready": why.is_none(), "reason": why}))).into_response()
}

pub(super) async fn metrics<H: House>(State(door): State<Arc<Door<H>>>) -> impl IntoResponse {
    let mut text = door.tally.text(&door.gate);
    text.push_str(&door.house.metrics());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

pub(super) async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI)
}
