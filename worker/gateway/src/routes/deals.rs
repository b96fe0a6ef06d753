//! Hearth's own side doors: sealed requests of deals, their vouchers, and how they stand.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use crate::door::{Door, Held};
use crate::fault::Fault;
use crate::house::House;
use crate::{answer, body};

/// The header in which a request brings the voucher for the answers before it.
const VOUCHER: &str = "hearth-voucher";

type Named = Result<Path<String>, PathRejection>;

pub(super) async fn request<H: House>(
    State(door): State<Arc<Door<H>>>,
    deal: Named,
    request: Request,
) -> Result<Response, Fault> {
    door.open()?;
    let deal = number(deal)?;
    let voucher = request.headers().get(VOUCHER).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = body::read(&door, request).await?;
    let turn = door.gate.enter().await?;
    door.open()?;
    let held = Held { _turn: turn, _room: body.room };
    let answer = door.house.sealed(deal, body.bytes, voucher).await?;
    answer::write(&door, answer, held).await
}

/// Taken to the last: what was served is to be paid even while the door closes.
pub(super) async fn voucher<H: House>(
    State(door): State<Arc<Door<H>>>,
    deal: Named,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let deal = number(deal)?;
    let body = body::read(&door, request).await?;
    Ok(Json(door.house.voucher(deal, body.bytes).await?))
}

pub(super) async fn standing<H: House>(State(door): State<Arc<Door<H>>>, deal: Named) -> Result<Json<Value>, Fault> {
    Ok(Json(door.house.standing(number(deal)?).await?))
}

fn number(deal: Named) -> Result<u64, Fault> {
    deal.ok().and_then(|Path(deal)| deal.parse().ok()).ok_or_else(|| {
        let message = "the path names no deal: its number stands after /deals/, as in /hearth/v1/deals/7";
        Fault::new(StatusCode::BAD_REQUEST, "invalid_deal", message)
    })
}
