//! What requests and answers may hold of memory, and for how long.
//!
//! A body comes within ten seconds, and its answer is taken within ten, as CometBFT has it. All bodies together, and all
//! large answers that somebody takes slowly, have so many bytes and no more: what comes beyond waits, or is refused.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::rpc::RpcError;
use crate::rpc::envelope::unnamed;
use crate::rpc::serve::{LONGEST_BODY, json_text};

/// So long a client may take to say something whole, and to take what it is told.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Longer bodies share another purse, by what has come of them: who announces much and sends nothing holds nobody up.
const SMALL_BODY: usize = 16 << 10;
/// What is held at once of small bodies, of others, and of large answers.
const SMALL_BODIES: usize = 32 << 20;
const LARGE_BODIES: usize = 64 << 20;
const ANSWERS: usize = 128 << 20;
/// Answers from this length on are counted; a smaller one lies in the buffers of its connection.
const LARGE_ANSWER: usize = 256 << 10;
/// A large answer is handed on in pieces.
const PIECE: usize = 64 << 10;

/// The purses.
#[derive(Clone, Debug)]
pub struct Bounds {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
    answers: Arc<Semaphore>,
}

impl Default for Bounds {
    fn default() -> Self {
        let purse = |bytes| Arc::new(Semaphore::new(bytes));
        Self { small: purse(SMALL_BODIES), large: purse(LARGE_BODIES), answers: purse(ANSWERS) }
    }
}

/// Reads a body before anybody looks at its request, and hands on the answer.
pub async fn bounded(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let words = match timeout(PATIENCE, bounds.read(body)).await {
        Ok(Ok((body, held))) => {
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            drop(held);
            return bounds.hand_on(response).await;
        }
        Ok(Err(words)) => words,
        Err(_) => "i/o timeout".to_owned(),
    };
    let data = format!("error reading request body: {words}");
    let error = unnamed(&RpcError { code: -32600, message: "Invalid Request", data });
    let close = [(header::CONNECTION, HeaderValue::from_static("close"))];
    (StatusCode::BAD_REQUEST, close, json_text(error.to_string())).into_response()
}

impl Bounds {
    /// A whole body, and what is held for it.
    async fn read(&self, mut body: Body) -> Result<(Bytes, Option<OwnedSemaphorePermit>), String> {
        const TOO_LARGE: &str = "http: request body too large";
        let said = body.size_hint().exact().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        if said == Some(0) {
            return Ok((Bytes::new(), None));
        }
        if said.is_some_and(|length| length > LONGEST_BODY) {
            return Err(TOO_LARGE.to_owned());
        }
        let longest = said.unwrap_or(LONGEST_BODY);
        let mut held = hold(&self.small, said.unwrap_or(SMALL_BODY).min(SMALL_BODY)).await;
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| error.to_string())?;
            let Ok(data) = frame.into_data() else { continue };
            if read.len().saturating_add(data.len()) > longest {
                return Err(TOO_LARGE.to_owned());
            }
            let before = read.len();
            read.extend_from_slice(&data);
            if read.len() > SMALL_BODY {
                let grown = if before > SMALL_BODY { data.len() } else { read.len() };
                held = grow(held.filter(|_| before > SMALL_BODY), hold(&self.large, grown).await);
            }
        }
        Ok((read.into(), held))
    }

    /// Waits for room for a message of this length to somebody who may take it slowly; a small one needs none.
    pub async fn room(&self, length: usize) -> Option<OwnedSemaphorePermit> {
        if length < LARGE_ANSWER { None } else { hold(&self.answers, length.min(ANSWERS)).await }
    }

    /// Hands on an answer. A large one is let go when it was not taken in time.
    async fn hand_on(&self, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        let length = body.size_hint().exact().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
        if length < LARGE_ANSWER {
            return Response::from_parts(parts, body);
        }
        let permits = u32::try_from(length).unwrap_or(u32::MAX);
        let held = Arc::clone(&self.answers).try_acquire_many_owned(permits);
        let (Ok(held), Ok(whole)) = (held, body.collect().await) else {
            let error = RpcError::internal("too many large answers are under way: ask again, or for less");
            return (StatusCode::SERVICE_UNAVAILABLE, json_text(unnamed(&error).to_string())).into_response();
        };
        let trailers = whole.trailers().cloned();
        let is_last = trailers.is_none();
        let mut response = Response::from_parts(parts, in_pieces(whole.to_bytes(), held, trailers));
        if is_last {
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        response
    }
}

/// What was held, and what is held now in addition.
fn grow(held: Option<OwnedSemaphorePermit>, more: Option<OwnedSemaphorePermit>) -> Option<OwnedSemaphorePermit> {
    match (held, more) {
        (Some(mut held), Some(more)) => {
            held.merge(more);
            Some(held)
        }
        (held, more) => more.or(held),
    }
}

async fn hold(purse: &Arc<Semaphore>, bytes: usize) -> Option<OwnedSemaphorePermit> {
    // The purse is never closed.
    Arc::clone(purse).acquire_many_owned(u32::try_from(bytes).unwrap_or(u32::MAX)).await.ok()
}

/// What is still to be handed on of an answer.
type Rest = Arc<Mutex<Option<(Bytes, OwnedSemaphorePermit)>>>;

/// Lets go of an answer after a while, unless it was taken before.
struct Deadline(tokio::task::JoinHandle<()>);

impl Deadline {
    fn of(rest: &Rest) -> Self {
        let rest = Arc::clone(rest);
        Self(tokio::spawn(async move {
            sleep(PATIENCE).await;
            let _ = rest.lock().map(|mut rest| rest.take());
        }))
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn in_pieces(whole: Bytes, held: OwnedSemaphorePermit, trailers: Option<HeaderMap>) -> Body {
    let rest: Rest = Arc::new(Mutex::new(Some((whole, held))));
    let deadline = Deadline::of(&rest);
    let pieces = try_unfold((rest, deadline), |(rest, deadline)| async move {
        Ok::<_, std::io::Error>(next_piece(&rest)?.map(|piece| (piece, (rest, deadline))))
    });
    let body = Body::from_stream(pieces);
    match trailers {
        Some(trailers) => Body::new(body.with_trailers(async move { Some(Ok(trailers)) })),
        None => body,
    }
}

/// The next piece, copied, so that it does not keep the whole; nothing at the end.
fn next_piece(rest: &Rest) -> Result<Option<Bytes>, std::io::Error> {
    let late = || std::io::Error::from(std::io::ErrorKind::TimedOut);
    let mut rest = rest.lock().map_err(|_| late())?;
    let (bytes, _) = rest.as_mut().ok_or_else(late)?;
    let piece = bytes.split_to(bytes.len().min(PIECE));
    Ok((!piece.is_empty()).then(|| Bytes::copy_from_slice(&piece)))
}
