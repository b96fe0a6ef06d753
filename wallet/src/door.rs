//! A node's door over HTTP: sealed requests and their answers, vouchers, and the small files of its models.
//!
//! - [`events`] – bytes into server-sent events
//! - [`answer`] – an answer as it comes, piece by piece, up to its receipt
//! - [`tongue`] – how a model reads and speaks, fetched from whoever has its files, checked and kept
//! - [`fault`] – what can go wrong on the way
//!
//! Nothing that comes through it is believed: sizes and times are bounded here, digests and signatures are checked by
//! [`crate::session`]. Redirects are not followed.

pub mod answer;
pub mod events;
pub mod fault;
pub mod tongue;

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hearth_schema::door::{Sealed, Standing, VOUCHER, Voucher};
use hearth_schema::unit::DealId;
use hearth_speech::Files;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::answer::{Answer, Said};
pub use self::fault::Fault;

/// The most bytes of an answer in JSON that is not one of a model.
const MOST_JSON: usize = 1 << 20;
/// The most bytes of a model's small file.
const MOST_FILE: usize = 128 << 20;

/// How long a node may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// To be reached.
    pub connect: Duration,
    /// To the first piece of an answer.
    pub first: Duration,
    /// Between pieces, or signs of life.
    pub between: Duration,
    /// For all else, from beginning to end.
    pub whole: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), first: seconds(60), between: seconds(30), whole: seconds(30) }
    }
}

/// The door of one node.
#[derive(Debug, Clone)]
pub struct Door {
    http: Client,
    endpoint: Url,
    deadlines: Deadlines,
}

impl Door {
    /// The door at this URL, as the node's card says it.
    pub fn at(endpoint: &str, deadlines: Deadlines) -> Result<Self, Fault> {
        let wrong = |reason: String| Fault::Endpoint { endpoint: endpoint.to_owned(), reason };
        let url = Url::parse(endpoint).map_err(|error| wrong(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err(wrong("it begins with neither http:// nor https://".to_owned()));
        }
        let http = Client::builder().redirect(Policy::none()).connect_timeout(deadlines.connect).build();
        Ok(Self { http: http.map_err(|error| wrong(fault::words(&error)))?, endpoint: url, deadlines })
    }

    /// Asks. The voucher is for the answers before.
    pub async fn ask(&self, deal: DealId, sealed: &Sealed, voucher: Option<&Voucher>) -> Result<Answer, Fault> {
        let mut request = self.call(Method::POST, &["hearth", "v1", "deals", &deal.to_string(), "requests"])?;
        if let Some(voucher) = voucher {
            request = request.header(VOUCHER, BASE64_URL_SAFE_NO_PAD.encode(json(voucher)?));
        }
        let response = self.send(request.body(json(sealed)?), self.deadlines.first).await?;
        Ok(Answer::of(response, self.deadlines))
    }

    /// Says that the answers so far are accepted; how the deal stands then.
    pub async fn vouch(&self, deal: DealId, voucher: &Voucher) -> Result<Standing, Fault> {
        let request = self.call(Method::POST, &["hearth", "v1", "deals", &deal.to_string(), "vouchers"])?;
        self.read(request.body(json(voucher)?), "the deal's standing").await
    }

    /// How a deal stands with its worker.
    pub async fn standing(&self, deal: DealId) -> Result<Standing, Fault> {
        let request = self.call(Method::GET, &["hearth", "v1", "deals", &deal.to_string()])?;
        self.read(request, "the deal's standing").await
    }

    /// Digests of a model's files by name.
    pub async fn files(&self, model: &str) -> Result<Files, Fault> {
        self.read(self.call(Method::GET, &["v1", "models", model, "files"])?, "the list of files").await
    }

    /// One of the small files of a model.
    pub async fn file(&self, model: &str, name: &str) -> Result<Vec<u8>, Fault> {
        let request = self.call(Method::GET, &["v1", "models", model, "files", name])?;
        self.bytes(request, MOST_FILE).await
    }

    fn call(&self, method: Method, path: &[&str]) -> Result<RequestBuilder, Fault> {
        let mut url = self.endpoint.clone();
        let endpoint = || Fault::Endpoint { endpoint: self.endpoint.to_string(), reason: "it takes no path".into() };
        url.path_segments_mut().map_err(|()| endpoint())?.pop_if_empty().extend(path);
        Ok(self.http.request(method, url).header(reqwest::header::CONTENT_TYPE, "application/json"))
    }

    /// Sends it; the response's head, if it is not a refusal.
    async fn send(&self, request: RequestBuilder, within: Duration) -> Result<Response, Fault> {
        let response = match tokio::time::timeout(within, request.send()).await {
            Err(_) => return Err(Fault::TimedOut { what: "an answer", after: within }),
            Ok(Err(error)) => return Err(self.away(&error)),
            Ok(Ok(response)) => response,
        };
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(fault::refusal(response, self.deadlines.whole).await)
        }
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder, what: &'static str) -> Result<T, Fault> {
        let bytes = self.bytes(request, MOST_JSON).await?;
        serde_json::from_slice(&bytes).map_err(|error| Fault::Garbled { what, reason: error.to_string() })
    }

    async fn bytes(&self, request: RequestBuilder, most: usize) -> Result<Vec<u8>, Fault> {
        let within = self.deadlines.whole;
        let work = async { answer::collect(self.send(request, within).await?, most).await };
        tokio::time::timeout(within, work).await.map_err(|_| Fault::TimedOut { what: "an answer", after: within })?
    }

    fn away(&self, error: &reqwest::Error) -> Fault {
        if error.is_timeout() {
            return Fault::TimedOut { what: "a connection", after: self.deadlines.connect };
        }
        Fault::Away { endpoint: self.endpoint.to_string(), reason: fault::words(error) }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(value).map_err(|error| Fault::Garbled { what: "the request", reason: error.to_string() })
}
