//! One connection for each request. There is no pool: to close the connection is to cancel the request.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::config::{Config, Key, Limits};
use super::fault::{self, lost};
use crate::Error;

/// The most bytes of a refusal that are read.
const REFUSAL: usize = 64 << 10;

/// Where requests go.
#[derive(Debug)]
pub(super) struct Server {
    url: String,
    host: String,
    port: u16,
    authority: HeaderValue,
    base: String,
    key: Option<Key>,
    pub(super) limits: Limits,
}

/// What came back: a status, and a body that is still arriving.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    stream: bool,
    body: Incoming,
    room: usize,
    /// Drives the connection, and closes it when dropped.
    _connection: JoinSet<()>,
}

impl Server {
    pub(super) fn new(config: &Config) -> Result<Self, Error> {
        let load = |problem: &str| Error::Load { file: config.url.clone(), problem: problem.to_owned() };
        let uri: Uri = config.url.parse().map_err(|_bad| load("is not a URL: http://host:port is"))?;
        if uri.scheme_str() != Some("http") {
            return Err(load("is not plain HTTP: end TLS in a proxy or tunnel on this machine"));
        }
        let authority = uri.authority().ok_or_else(|| load("names no host"))?;
        if authority.as_str().contains('@') {
            return Err(load("has a name or password in it: set key_file"));
        }
        let bare = authority.host().trim_start_matches('[').trim_end_matches(']');
        let path = uri.path().trim_end_matches('/');
        Ok(Self {
            url: config.url.clone(),
            host: bare.to_owned(),
            port: authority.port_u16().unwrap_or(80),
            authority: HeaderValue::from_str(authority.as_str()).map_err(|_bad| load("names no host"))?,
            base: path.strip_suffix("/v1").unwrap_or(path).to_owned(),
            key: config.key_file.as_deref().map(Key::read).transpose()?,
            limits: config.limits,
        })
    }

    /// Sends a request and waits for the head of its answer; a refusal is an error.
    pub(super) async fn call(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> Result<Reply, Error> {
        let request = self.request(method, path, body)?;
        let connect = TcpStream::connect((self.host.as_str(), self.port));
        let tcp = timeout(self.limits.connect(), connect)
            .await
            .map_err(|_late| lost(format!("{}: cannot connect in time", self.url)))?
            .map_err(|error| lost(format!("{}: cannot connect: {error}", self.url)))?;
        // A small request must not wait for more of itself.
        let _slower = tcp.set_nodelay(true);
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(tcp)).await.map_err(|error| self.broken(&error))?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // What goes wrong here is told to whoever reads the body.
            let _told = connection.await;
        });
        let response = sender.send_request(request).await.map_err(|error| self.broken(&error))?;
        let (head, body) = response.into_parts();
        let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let reply = Reply {
            status: head.status.as_u16(),
            stream: kind.to_ascii_lowercase().starts_with("text/event-stream"),
            body,
            room: self.limits.body_bytes,
            _connection: driver,
        };
        if head.status.is_success() { Ok(reply) } else { Err(self.refusal(path, reply).await) }
    }

    /// Sends a request whose whole answer is one JSON value.
    pub(super) async fn json(
        &self,
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
        within: Duration,
    ) -> Result<Value, Error> {
        let exchange = async {
            let reply = self.call(method, path, body).await?;
            let bytes = reply.whole().await?;
            let value: Value = serde_json::from_slice(&bytes)
                .map_err(|error| lost(format!("{path} did not answer with JSON: {error}")))?;
            if fault::is_fault(&value) { Err(self.fault(200, path, &bytes)) } else { Ok(value) }
        };
        timeout(within, exchange).await.map_err(|_late| lost(format!("{}{path}: no answer in time", self.url)))?
    }

    /// The error in a refusal, without the key.
    pub(super) fn fault(&self, status: u16, path: &str, body: &[u8]) -> Error {
        let text = String::from_utf8_lossy(body);
        let text = self.key.as_ref().map_or_else(|| text.to_string(), |key| key.hidden_in(&text));
        fault::fault(status, &text, &format!("{}{path}", self.url))
    }

    fn request(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> Result<Request<Full<Bytes>>, Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(HOST, self.authority.clone())
            .header(CONNECTION, "close")
            .header(ACCEPT, "text/event-stream, application/json");
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, key.bearer());
        }
        request
            .body(Full::from(body.unwrap_or_default()))
            .map_err(|_bad| Error::Load { file: self.url.clone(), problem: "cannot be asked".to_owned() })
    }

    async fn refusal(&self, path: &str, mut reply: Reply) -> Error {
        reply.room = REFUSAL;
        let status = reply.status;
        // Without its body a refusal still has its status.
        let body = timeout(self.limits.idle(), reply.whole()).await;
        let body = body.ok().and_then(Result::ok).unwrap_or_default();
        self.fault(status, path, &body)
    }

    fn broken(&self, error: &hyper::Error) -> Error {
        lost(format!("{}: the connection broke: {error}", self.url))
    }
}

impl Reply {
    pub(super) const fn is_stream(&self) -> bool {
        self.stream
    }

    /// The next bytes, or nothing after the last.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(frame) = self.body.frame().await {
            let frame = frame.map_err(|error| lost(format!("the connection broke: {error}")))?;
            let Ok(bytes) = frame.into_data() else { continue };
            self.room =
                self.room.checked_sub(bytes.len()).ok_or_else(|| lost("the server sent too much".to_owned()))?;
            return Ok(Some(bytes));
        }
        Ok(None)
    }

    /// All that comes.
    pub(super) async fn whole(mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(bytes) = self.chunk().await? {
            all.extend_from_slice(&bytes);
        }
        Ok(all)
    }
}
