//! The OpenAI API: chat and completions, in the clear.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;

use crate::ask::{self, Api};
use crate::door::{Door, Held};
use crate::fault::Fault;
use crate::house::House;
use crate::{answer, body};

pub(super) async fn chat<H: House>(State(door): State<Arc<Door<H>>>, request: Request) -> Result<Response, Fault> {
    asked(&door, Api::Chat, request).await
}

pub(super) async fn completion<H: House>(
    State(door): State<Arc<Door<H>>>,
    request: Request,
) -> Result<Response, Fault> {
    asked(&door, Api::Completion, request).await
}

async fn asked<H: House>(door: &Door<H>, api: Api, request: Request) -> Result<Response, Fault> {
    door.open()?;
    let key = key(request.headers());
    let body = body::read(door, request).await?;
    let ask = ask::read(api, &body.bytes)?;
    let turn = door.gate.enter().await?;
    door.open()?;
    let held = Held { _turn: turn, _room: body.room };
    let answer = door.house.open(ask, body.bytes, key).await?;
    answer::write(door, answer, held).await
}

/// The API key, as the OpenAI SDKs send it, or as others do.
fn key(headers: &HeaderMap) -> Option<String> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
    });
    let plain = || headers.get("x-api-key").and_then(|value| value.to_str().ok()).map(|key| key.trim().to_owned());
    bearer.or_else(plain).filter(|key| !key.is_empty())
}
