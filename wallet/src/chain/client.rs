//! Asks the endpoints one after another, and only those of this chain.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use hearth_schema::unit::{Height, Seconds};
use tendermint_rpc::endpoint::status::Response as StatusResponse;
use tendermint_rpc::error::ErrorDetail;
use tendermint_rpc::{Client as _, HttpClient, HttpClientUrl};

use crate::chain::Chain;
use crate::error::Error;

/// Before a question is asked once more.
const PAUSE: Duration = Duration::from_millis(200);
/// A node whose last block is older stands still, or is cut off: whether another has gone on is looked at this often.
const STILL: Seconds = Seconds(15);

/// Asks the nodes of one chain. Clones share what they learn about the endpoints.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    chain: Chain,
    endpoints: Vec<Endpoint>,
    /// The one that answered last.
    preferred: AtomicUsize,
    /// When another was last looked for, as the one preferred stood still.
    searched: AtomicU64,
}

#[derive(Debug)]
struct Endpoint {
    url: String,
    rpc: HttpClient,
    /// Whether it has said that it is of this chain.
    proved: AtomicBool,
}

/// Where a chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The height of its last block.
    pub height: Height,
    /// The time of its last block.
    pub time: Seconds,
    /// Whether the node is behind and knows it.
    pub catching_up: bool,
}

impl Head {
    fn of(status: &StatusResponse) -> Self {
        let sync = &status.sync_info;
        let time = u64::try_from(sync.latest_block_time.unix_timestamp()).unwrap_or_default();
        Self { height: Height(sync.latest_block_height.value()), time: Seconds(time), catching_up: sync.catching_up }
    }
}

/// Why a question has no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// A node refused it, in these words.
    Said(String),
    /// No node answered.
    Failed(Error),
}

impl From<Unanswered> for Error {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Said(words) => Self::unreadable("the node's answer", words),
            Unanswered::Failed(error) => error,
        }
    }
}

impl Client {
    /// A client of this chain. Nothing is asked yet.
    pub fn new(chain: Chain) -> Result<Self, Error> {
        chain.check()?;
        let within = chain.answer_within();
        let endpoints = chain.rpc.iter().map(|url| endpoint(url, within)).collect::<Result<_, _>>()?;
        Ok(Self {
            inner: Arc::new(Inner { chain, endpoints, preferred: AtomicUsize::new(0), searched: AtomicU64::new(0) }),
        })
    }

    /// The chain's settings.
    pub fn chain(&self) -> &Chain {
        &self.inner.chain
    }

    /// Where the chain is, as the first endpoint that answers sees it; where that stands still, as the one sees it that has
    /// come farthest, which is asked from now on.
    pub async fn head(&self) -> Result<Head, Error> {
        let head = Head::of(&self.ask(|rpc| async move { rpc.status().await }).await?);
        if self.inner.endpoints.len() > 1 && self.must_search(head) { Ok(self.farthest(head).await) } else { Ok(head) }
    }

    /// Whether a head is old, and nobody has looked for a newer one just now.
    fn must_search(&self, head: Head) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let old = |since: u64| now.saturating_sub(since) > STILL.0;
        let due = (head.catching_up || old(head.time.0)) && old(self.inner.searched.load(Ordering::Relaxed));
        if due {
            self.inner.searched.store(now, Ordering::Relaxed);
        }
        due
    }

    /// The highest head of any endpoint, which is preferred then.
    async fn farthest(&self, mut best: Head) -> Head {
        // All at once: one that does not answer holds nobody up for longer than one answer may take.
        let heads = join_all(self.inner.endpoints.iter().map(|endpoint| self.head_of(endpoint))).await;
        for (index, head) in heads.into_iter().enumerate() {
            if let Ok(head) = head
                && head.height > best.height
            {
                best = head;
                self.inner.preferred.store(index, Ordering::Relaxed);
            }
        }
        best
    }

    /// Each endpoint's head, or why it has none: for those who want to know which is wrong.
    pub async fn each_head(&self) -> Vec<(String, Result<Head, Error>)> {
        let mut heads = Vec::new();
        for endpoint in &self.inner.endpoints {
            let alone = Chain { rpc: vec![endpoint.url.clone()], ..self.inner.chain.clone() };
            let head = match Self::new(alone) {
                Ok(client) => client.head().await,
                Err(error) => Err(error),
            };
            heads.push((shown(&endpoint.url), head));
        }
        heads
    }

    /// Asks until an endpoint of this chain answers.
    pub(crate) async fn ask<T, R>(&self, act: impl Fn(HttpClient) -> R) -> Result<T, Unanswered>
    where
        R: Future<Output = Result<T, tendermint_rpc::Error>>,
    {
        self.ask_twice(act, true).await
    }

    /// Asks until an endpoint of this chain knows it: what one does not know, another may.
    pub(crate) async fn ask_all<T, R>(&self, act: impl Fn(HttpClient) -> R) -> Result<T, Unanswered>
    where
        R: Future<Output = Result<T, tendermint_rpc::Error>>,
    {
        self.ask_twice(act, false).await
    }

    /// Asks once more where nobody answered: a question changes nothing.
    async fn ask_twice<T, R>(&self, act: impl Fn(HttpClient) -> R, said_is_all: bool) -> Result<T, Unanswered>
    where
        R: Future<Output = Result<T, tendermint_rpc::Error>>,
    {
        match self.ask_until(&act, said_is_all).await.0 {
            Err(Unanswered::Failed(Error::Network { .. })) => {
                tokio::time::sleep(PAUSE).await;
                self.ask_until(&act, said_is_all).await.0
            }
            answer => answer,
        }
    }

    /// The answer, and whether a call before it went out and was not answered: it may have had its effect.
    pub(crate) async fn ask_until<T, R>(
        &self,
        act: impl Fn(HttpClient) -> R,
        said_is_all: bool,
    ) -> (Result<T, Unanswered>, bool)
    where
        R: Future<Output = Result<T, tendermint_rpc::Error>>,
    {
        let inner = &self.inner;
        let first = self.first().await;
        let (mut reasons, mut stranger, mut said, mut lost) = (Vec::new(), None, None, false);
        let order = inner.endpoints.iter().enumerate().cycle().skip(first).take(inner.endpoints.len());
        for (index, endpoint) in order {
            match self.prove(endpoint).await {
                Ok(()) => {}
                Err(error @ Error::OtherChain { .. }) => {
                    stranger = Some(error);
                    continue;
                }
                Err(error) => {
                    let problem = if let Error::Network { problem } = error { problem } else { error.to_string() };
                    reasons.push(format!("{}: {problem}", shown(&endpoint.url)));
                    continue;
                }
            }
            match act(endpoint.rpc.clone()).await.map_err(|error| told(&error)) {
                Ok(answer) => {
                    inner.preferred.store(index, Ordering::Relaxed);
                    return (Ok(answer), lost);
                }
                Err(Told::Said(words)) if said_is_all => return (Err(Unanswered::Said(words)), lost),
                Err(Told::Said(words)) => said = Some(words),
                Err(Told::Nothing(reason)) => {
                    lost = true;
                    reasons.push(format!("{}: {reason}", shown(&endpoint.url)));
                }
            }
        }
        let why = match (said, stranger) {
            (Some(words), _) => Unanswered::Said(words),
            (None, Some(stranger)) if reasons.is_empty() => Unanswered::Failed(stranger),
            (None, _) => Unanswered::Failed(Error::Network { problem: reasons.join("; ") }),
        };
        (Err(why), lost)
    }

    /// Which endpoint is asked first: the preferred one, unless it is new here and does not answer or stands still.
    async fn first(&self) -> usize {
        let inner = &self.inner;
        let preferred = || inner.preferred.load(Ordering::Relaxed);
        let new = inner.endpoints.get(preferred()).filter(|endpoint| !endpoint.proved.load(Ordering::Relaxed));
        let (Some(endpoint), count @ 2..) = (new, inner.endpoints.len()) else { return preferred() };
        match self.head_of(endpoint).await {
            Ok(head) if self.must_search(head) => drop(self.farthest(head).await),
            Ok(_) => {}
            Err(_) => {
                let next = preferred().saturating_add(1).checked_rem(count).unwrap_or(0);
                inner.preferred.store(next, Ordering::Relaxed);
            }
        }
        preferred()
    }

    /// Asks an endpoint once which chain it is of.
    async fn prove(&self, endpoint: &Endpoint) -> Result<(), Error> {
        if endpoint.proved.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.head_of(endpoint).await.map(drop)
    }

    /// The head of an endpoint, which has to be of this chain.
    async fn head_of(&self, endpoint: &Endpoint) -> Result<Head, Error> {
        let status = endpoint.rpc.status().await.map_err(|error| Error::Network { problem: told(&error).words() })?;
        let (found, wanted) = (status.node_info.network.to_string(), self.inner.chain.id.clone());
        if found != wanted {
            return Err(Error::OtherChain { endpoint: shown(&endpoint.url), found, wanted });
        }
        endpoint.proved.store(true, Ordering::Relaxed);
        Ok(Head::of(&status))
    }
}

/// What a failed call says.
enum Told {
    /// A node's own words.
    Said(String),
    /// No node's: it could not be reached, or what answered is none.
    Nothing(String),
}

impl Told {
    fn words(self) -> String {
        match self {
            Self::Said(words) | Self::Nothing(words) => words,
        }
    }
}

fn told(error: &tendermint_rpc::Error) -> Told {
    match error.detail() {
        ErrorDetail::Response(response) => {
            let source = &response.source;
            Told::Said(source.data().map_or_else(|| source.message().to_owned(), ToOwned::to_owned))
        }
        ErrorDetail::Serde(_) | ErrorDetail::MalformedJson(_) | ErrorDetail::Parse(_) => {
            Told::Nothing("what answers there is not the RPC of a node".to_owned())
        }
        ErrorDetail::HttpRequestFailed(failed) => Told::Nothing(format!("it answers HTTP {}", failed.status)),
        ErrorDetail::Http(_) => Told::Nothing("it cannot be reached, or does not answer in time".to_owned()),
        other => Told::Nothing(other.to_string()),
    }
}

fn endpoint(url: &str, within: Duration) -> Result<Endpoint, Error> {
    let wrong = |reason: String| {
        Error::usage_hint(format!("`{}` is no endpoint: {reason}", shown(url)), "as in http://127.0.0.1:26657")
    };
    let parsed: HttpClientUrl = url.parse().map_err(|error: tendermint_rpc::Error| wrong(told(&error).words()))?;
    let rpc = HttpClient::builder(parsed).timeout(within).build().map_err(|error| wrong(told(&error).words()))?;
    Ok(Endpoint { url: url.to_owned(), rpc, proved: AtomicBool::new(false) })
}

/// A URL without the password that may stand in it.
pub(crate) fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
