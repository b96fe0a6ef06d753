//! Rounds of the beacon, from HTTP relays in drand's format: one after another, until one has the round.

use std::time::Duration;

use cosmwasm_std::HexBinary;
use hearth_schema::digest::Digest;
use hearth_schema::unit::Round;
use serde::Deserialize;
use thiserror::Error;

/// How long a relay may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// No round is longer.
const MOST: usize = 4_096;
/// A compressed point on G1.
const SIGNATURE: usize = 48;

/// Why a relay's round is of no use.
#[derive(Debug, Error)]
pub enum RelayError {
    /// It does not answer, or has not the round yet.
    #[error("{url} has not round {round}: {problem}")]
    Missing {
        /// Which relay.
        url: String,
        /// Which round.
        round: Round,
        /// Why not.
        problem: String,
    },
    /// It says something that is no signed round.
    #[error("{url} lies about round {round}: {problem}")]
    Lie {
        /// Which relay.
        url: String,
        /// Which round.
        round: Round,
        /// What is wrong.
        problem: &'static str,
    },
}

/// The relays, in the order of preference.
#[derive(Clone, Debug)]
pub struct Relays {
    urls: Vec<String>,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Signed {
    round: u64,
    randomness: HexBinary,
    signature: HexBinary,
}

impl Relays {
    /// Relays at these URLs, such as `https://api.drand.sh/<chain hash>`.
    pub fn new(urls: &[String]) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        let urls = urls.iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        Ok(Self { urls, http })
    }

    /// Where they are.
    pub fn urls(&self) -> &[String] {
        &self.urls
    }

    /// A round's signature as one relay says it. Whether it is the network's, the contract says.
    pub async fn ask(&self, url: &str, round: Round) -> Result<HexBinary, RelayError> {
        let missing = |problem: String| RelayError::Missing { url: url.to_owned(), round, problem };
        let failed = |error: reqwest::Error| missing(error.without_url().to_string());
        let mut answer = self.http.get(format!("{url}/public/{round}")).send().await.map_err(failed)?;
        if !answer.status().is_success() {
            return Err(missing(format!("it answers {}", answer.status())));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST {
                return Err(missing("its answer has no end".to_owned()));
            }
        }
        check(url, round, &body)
    }
}

/// What can be seen of a round without its network's key.
fn check(url: &str, round: Round, body: &[u8]) -> Result<HexBinary, RelayError> {
    let lie = |problem| RelayError::Lie { url: url.to_owned(), round, problem };
    let signed: Signed = serde_json::from_slice(body).map_err(|_| lie("it is no round in drand's format"))?;
    if signed.round != round.0 {
        return Err(lie("it is another round"));
    }
    if signed.signature.len() != SIGNATURE {
        return Err(lie("its signature is no point on G1"));
    }
    if Digest::generate(&signed.signature).as_slice() != signed.randomness.as_slice() {
        return Err(lie("its randomness is not its signature's digest"));
    }
    Ok(signed.signature)
}

#[cfg(test)]
#[path = "relay_tests.rs"]
mod tests;
