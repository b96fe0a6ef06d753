//! A deal in the client's hands: its session, its key, and the door of its node.

use hearth_schema::digest::Digest;
use hearth_schema::door::{Ask, Served};
use hearth_schema::leaf::Finish;
use hearth_schema::market::{self, Kind};
use hearth_schema::unit::DealId;
use hearth_speech::{Message, Tongue};
use serde::{Deserialize, Serialize};
use tokio::time::{Duration, Instant, sleep};

use super::key::session_key;
use super::lost::Why;
use crate::door::{Deadlines, Door, Fault, Said};
use crate::error::Error;
use crate::key::{SecretKey, Signer};
use crate::random;
use crate::session::{Accepted, Session};

/// What is kept of a deal in a session file; no secret is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The form of the file: [`Kept::VERSION`].
    #[serde(rename = "hearth_session")]
    pub version: u32,
    /// The address that opened the deal.
    pub client: String,
    /// From which its session key follows.
    pub nonce: cosmwasm_std::HexBinary,
    /// The model, as the market names it.
    pub model: String,
    /// The node's door.
    pub endpoint: String,
    /// To which requests are sealed.
    pub sealing_key: cosmwasm_std::HexBinary,
    /// The deal.
    pub session: Session,
    /// What was said so far.
    pub history: Vec<Message>,
}

/// A deal, ready to be asked.
#[derive(Debug)]
pub struct Held {
    /// What is kept of it.
    pub kept: Kept,
    key: SecretKey,
    door: Door,
}

/// An answer that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// What was said.
    pub text: String,
    /// Voucher and receipt.
    pub accepted: Accepted,
    /// Why the node does not have the voucher, where it does not.
    pub unvouched: Option<Fault>,
}

/// How long a node may not know of a deal that was just opened, or be busy with the same ticket.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two questions to it.
const PAUSE: Duration = Duration::from_millis(250);
/// How often a request is sent whose answer breaks off.
const TRIES: u32 = 3;

impl Answered {
    /// Whether its engine failed before its end.
    pub fn is_broken(&self) -> bool {
        self.accepted.receipt.served.leaf.finish == Finish::FAILED
    }
}

impl Kept {
    /// The form of these files.
    pub const VERSION: u32 = 1;

    /// The deal.
    pub const fn deal(&self) -> DealId {
        self.session.pact().deal
    }

    /// The deal's one request, where it is a Job.
    pub fn kind(&self) -> Kind {
        self.session.pact().request.map_or(Kind::Session, |request| Kind::Job { request })
    }
}

impl Held {
    /// The deal of a file, opened by its client's own key.
    pub fn open(kept: Kept, signer: &dyn Signer, deadlines: Deadlines) -> Result<Self, Error> {
        let pact = kept.session.pact();
        let foreign = || Error::usage(format!("deal {} was not opened by this key", pact.deal));
        let nonce = kept.nonce.to_array().map_err(|_| foreign())?;
        let key = session_key(signer, &pact.chain, &pact.market, &nonce)?;
        if key.public_key() != pact.session_key {
            return Err(foreign());
        }
        let door = Door::at(&kept.endpoint, deadlines).map_err(|fault| Error::Network { problem: fault.to_string() })?;
        Ok(Self { kept, key, door })
    }

    /// Asks, and accepts the answer if all of it is right. What is to be kept is kept before it is sent, and after it was
    /// accepted; what is heard is told as it comes, before it is known to be right.
    pub async fn ask(
        &mut self,
        ask: Ask,
        tongue: Option<&Tongue>,
        keep: &(dyn Fn(&Kept) -> Result<(), Error> + Sync),
        hear: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Answered, Why> {
        let request = self.kept.session.ask(ask)?;
        keep(&self.kept)?;
        let mut heard = String::new();
        let (mut unseen, mut tries) = (None, TRIES);
        let served = loop {
            match self.listen(&request, &mut heard, hear).await {
                Ok(served) => break served,
                Err(Why::Fault(fault)) => {
                    let begin = is_unseen(&fault).then(|| unseen.unwrap_or_else(Instant::now));
                    unseen = begin;
                    tries = again(fault, tries, begin.map(|begin| begin.elapsed())).await?;
                }
                Err(why) => return Err(why),
            }
        };
        let accepted = self.kept.session.accept(&served, Some(&heard), tongue, &self.key);
        let accepted = accepted.map_err(|wrong| Why::wrong(wrong, &served, self.kept.session.pact()))?;
        keep(&self.kept)?;
        let unvouched = self.vouch().await.err();
        Ok(Answered { text: heard, accepted, unvouched })
    }

    /// Sends the last voucher once more; twice, if need be.
    pub async fn vouch(&self) -> Result<(), Fault> {
        let Some(voucher) = self.kept.session.voucher() else { return Ok(()) };
        match self.door.vouch(self.kept.deal(), voucher).await {
            Err(fault) if fault.passes() => {
                sleep(PAUSE).await;
                self.door.vouch(self.kept.deal(), voucher).await.map(drop)
            }
            standing => standing.map(drop),
        }
    }

    /// The worker's own receipt that refutes what it committed.
    pub fn refute(&self, commit: &market::Commit) -> Option<market::Receipt> {
        self.kept.session.refute(commit)
    }

    /// Sends the request and hears its answer. The same ticket gets the same answer: what was heard is not told again.
    async fn listen(
        &self,
        request: &Digest,
        heard: &mut String,
        hear: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Served, Why> {
        let entropy = random::bytes()?;
        let sealed = self.kept.session.seal(request, &self.kept.sealing_key, entropy, &self.key)?;
        let mut answer = self.door.ask(self.kept.deal(), &sealed, self.kept.session.voucher()).await?;
        let mut again = String::new();
        loop {
            match answer.next().await? {
                Some(Said::Piece(piece)) => {
                    again.push_str(&piece);
                    if again.len() > heard.len() {
                        let fresh = again.strip_prefix(heard.as_str()).ok_or(Why::Changed)?;
                        hear(fresh);
                        heard.clone_from(&again);
                    }
                }
                Some(Said::End(served)) if again == *heard => return Ok(*served),
                Some(Said::End(_)) => return Err(Why::Changed),
                None => return Err(Why::Fault(Fault::NoReceipt)),
            }
        }
    }
}

/// Whether the node may only not have seen the deal yet, which is then nobody's to it, or still answers the same ticket.
fn is_unseen(fault: &Fault) -> bool {
    match fault {
        Fault::Refused { status, code, .. } => matches!(status, 401 | 404 | 429 | 503) || code == "in_flight",
        Fault::Away { .. } => true,
        _ => false,
    }
}

/// Waits before the same node is asked again, if that can help; how often it may still be. `unseen` is for how long it has
/// been one that may only not have seen the deal yet. One that let its time run out is not waited for again.
async fn again(fault: Fault, tries: u32, unseen: Option<Duration>) -> Result<u32, Why> {
    let left = if unseen.is_some_and(|unseen| unseen < PATIENCE) {
        tries
    } else if fault.passes() && !matches!(fault, Fault::TimedOut { .. }) && tries > 1 {
        tries.saturating_sub(1)
    } else {
        return Err(Why::Fault(fault));
    };
    let asked = if let Fault::Refused { after: Some(after), .. } = &fault { *after } else { PAUSE };
    sleep(asked.min(PATIENCE)).await;
    Ok(left)
}
