//! Bodies of requests, bounded in size, in time, and all together.

use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::door::Door;
use crate::fault::Fault;
use crate::gate;
use crate::house::{Kind, Refusal};

/// Room is taken in pieces of so many bytes.
pub(crate) const UNIT: usize = 4096;
/// So many times the most bytes of a body are read and thrown away, so that a client that talks before it listens
/// learns why its request is refused.
const DRAINED: usize = 4;

/// A body, and the room that it takes.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) bytes: Bytes,
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// Reads the body of a request.
pub(crate) async fn read<H>(door: &Door<H>, request: Request) -> Result<Read, Fault> {
    let most = door.limits.body;
    let drained = most.saturating_mul(DRAINED);
    let declared = declared(request.headers());
    let polite = request.headers().contains_key(EXPECT);
    if declared.is_some_and(|length| length > drained || (polite && length > most)) {
        return Err(too_large(most));
    }
    let reading = fill(request.into_body(), most, drained, &door.room);
    timeout(door.limits.upload, reading).await.map_err(|_| too_slow())?
}

fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn fill(body: Body, most: usize, drained: usize, room: &Arc<Semaphore>) -> Result<Read, Fault> {
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let mut held: Option<OwnedSemaphorePermit> = None;
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| cut())?;
        let length = bytes.len().saturating_add(piece.len());
        if length > most {
            drop((bytes, held));
            drain(stream, drained).await;
            return Err(too_large(most));
        }
        if let Err(fault) = take(&mut held, length, room) {
            drop((bytes, held));
            drain(stream, drained).await;
            return Err(fault);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Read { bytes: bytes.freeze(), room: held })
}

/// Takes room for so many bytes altogether.
fn take(held: &mut Option<OwnedSemaphorePermit>, length: usize, room: &Arc<Semaphore>) -> Result<(), Fault> {
    let has = held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
    let more = length.div_ceil(UNIT).saturating_sub(has);
    let more = u32::try_from(more).map_err(|_| gate::busy())?;
    if more == 0 {
        return Ok(());
    }
    let taken = Arc::clone(room).try_acquire_many_owned(more).map_err(|_| gate::busy())?;
    match held {
        Some(held) => held.merge(taken),
        None => *held = Some(taken),
    }
    Ok(())
}

/// Reads on for a while and keeps nothing.
async fn drain(mut stream: BodyDataStream, most: usize) {
    let mut length = 0_usize;
    while let Some(Ok(piece)) = stream.next().await {
        length = length.saturating_add(piece.len());
        if length > most {
            return;
        }
    }
}

fn too_large(most: usize) -> Fault {
    let message = format!("the body is larger than the {most} bytes that are taken here: send a shorter prompt");
    Refusal { kind: Kind::TooLarge, code: "body_too_large", message }.into()
}

fn too_slow() -> Fault {
    Fault::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "the body took too long to arrive: send it again")
}

fn cut() -> Fault {
    Fault::new(StatusCode::BAD_REQUEST, "body_incomplete", "the body broke off or is badly framed: send it again")
}
