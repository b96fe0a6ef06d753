//! How a refusal is written.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CONNECTION, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::ask::Wrong;
use crate::house::{Kind, Refusal};

/// What the OpenAI SDKs read before `retry-after`, in milliseconds.
const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");
/// What stops the OpenAI SDKs from asking again by themselves.
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// A refusal as the OpenAI SDKs read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    status: StatusCode,
    sort: &'static str,
    code: &'static str,
    message: String,
    /// The field that is wrong.
    param: Option<String>,
    /// When to ask again.
    again: Option<Duration>,
}

impl Fault {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, sort: sort(status), code, message: message.into(), param: None, again: None }
    }

    /// The only thing that anybody is told who shows no right to ask.
    fn unknown() -> Self {
        let message = "no valid API key was shown: send one that this node accepts as `Authorization: Bearer …`";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_api_key", message)
    }

    /// What stands in an error's body, or in a stream's last chunk.
    pub(crate) fn object(&self) -> Value {
        json!({"error": {"message": self.message, "type": self.sort, "param": self.param, "code": self.code}})
    }
}

/// The word for a status by which programs sort errors.
const fn sort(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "authentication_error",
        402 => "payment_error",
        404 | 405 => "not_found_error",
        409 => "conflict_error",
        429 => "rate_limit_error",
        502 => "engine_error",
        500.. => "unavailable_error",
        _ => "invalid_request_error",
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let (status, again) = match refusal.kind {
            Kind::Unknown => return Self::unknown(),
            Kind::Invalid => (StatusCode::BAD_REQUEST, None),
            Kind::Payment => (StatusCode::PAYMENT_REQUIRED, None),
            Kind::Missing => (StatusCode::NOT_FOUND, None),
            Kind::Conflict => (StatusCode::CONFLICT, None),
            Kind::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, None),
            Kind::Busy(again) => (StatusCode::TOO_MANY_REQUESTS, Some(again)),
            Kind::Engine => (StatusCode::BAD_GATEWAY, None),
            Kind::Away(again) => (StatusCode::SERVICE_UNAVAILABLE, Some(again)),
        };
        Self { again, ..Self::new(status, refusal.code, refusal.message) }
    }
}

impl From<Wrong> for Fault {
    fn from(wrong: Wrong) -> Self {
        Self { param: wrong.param, ..Self::new(StatusCode::BAD_REQUEST, wrong.code, wrong.message) }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.object())).into_response();
        let headers = response.headers_mut();
        if let Some(again) = self.again {
            let millis = again.as_millis().max(1);
            headers.insert(RETRY_AFTER, number(millis.div_ceil(1000)));
            headers.insert(RETRY_AFTER_MS, number(millis));
        }
        match self.status {
            StatusCode::UNAUTHORIZED => drop(headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            // What contradicts what was said before does so again.
            StatusCode::CONFLICT => drop(headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"))),
            // The rest of the body never came, so nothing after it can be read.
            StatusCode::REQUEST_TIMEOUT => drop(headers.insert(CONNECTION, HeaderValue::from_static("close"))),
            _ => {}
        }
        response
    }
}

fn number(value: u128) -> HeaderValue {
    HeaderValue::from(u64::try_from(value).unwrap_or(u64::MAX))
}
