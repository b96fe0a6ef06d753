//! One key's transactions, in the order of their sequences.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::chain::{Account, Client};
use crate::error::{Error, Refusal};
use crate::key::Signer;
use crate::tx::fate::Submitted;
use crate::tx::sign::Frame;
use crate::tx::{Estimate, Included, Message, Outcome, Signed};

/// How often a node that knows less than we do is asked again before it is believed.
const DOUBTS: u32 = 5;
/// Between two questions of doubt.
const PAUSE: Duration = Duration::from_millis(200);

/// Prepares and sends the transactions of one key. Clones share its sequence: give a process one.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    signer: Arc<dyn Signer>,
    address: String,
    /// The account with its next sequence, once it was asked for.
    next: Arc<Mutex<Option<Account>>>,
    /// Held from signing to broadcast, so that sequences reach the node in their order.
    order: Arc<Mutex<()>>,
    /// The gas that is asked for without a simulation.
    gas: Option<u64>,
}

impl Sender {
    /// A sender with this key.
    pub fn new(client: Client, signer: Arc<dyn Signer>) -> Result<Self, Error> {
        let address = signer.address(&client.chain().prefix)?;
        Ok(Self { client, signer, address, next: Arc::default(), order: Arc::default(), gas: None })
    }

    /// The same sender, asking for so much gas without a simulation: for what a node can only refuse to simulate, as its
    /// last block has done it already.
    pub fn with_gas(self, gas: u64) -> Self {
        Self { gas: Some(gas), ..self }
    }

    /// Its address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its key.
    pub fn signer(&self) -> &Arc<dyn Signer> {
        &self.signer
    }

    /// The chain.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Simulates, and signs nothing.
    pub async fn estimate(&self, messages: &[Message]) -> Result<Estimate, Error> {
        self.client.estimate(&self.address, Some(&self.signer.public_key()), messages).await
    }

    /// Simulates, and signs once, under the next sequence. Nothing is sent: write it down, then submit it.
    pub async fn prepare(&self, messages: &[Message]) -> Result<Signed, Error> {
        let mut next = self.next.lock().await;
        // First, as it turns away from a node that stands still.
        let head = self.client.head().await?;
        let (account, estimate) = self.place(&mut next, messages).await?;
        let chain = self.client.chain();
        let timeout_height = head.height.0.saturating_add(chain.timeout_blocks);
        let frame = Frame {
            chain_id: &chain.id,
            sender: &self.address,
            account,
            gas: estimate.gas,
            fee: Some(&estimate.fee),
            signed_at: head.height.0,
            timeout_height,
        };
        let signed = frame.sign(messages, self.signer.as_ref())?;
        *next = Some(Account { sequence: account.sequence.saturating_add(1), ..account });
        Ok(signed)
    }

    /// Sends signed bytes; sending them again is fine. What is refused here was not included and, if it was not sent
    /// before, never will be. An error of the sort `Network` means that it may have arrived.
    pub async fn submit(&self, signed: &Signed) -> Result<(), Error> {
        match self.client.submit(signed).await? {
            Submitted::Accepted => Ok(()),
            Submitted::Refused { refusal, .. } => {
                self.return_sequence(signed, &refusal).await;
                Err(refusal.sorted())
            }
        }
    }

    /// Prepares, submits and waits. A refusal in the block is an error.
    pub async fn send(&self, messages: &[Message]) -> Result<Included, Error> {
        self.send_noting(messages, |_| Ok(())).await
    }

    /// The same; what was signed is noted before it is sent, each time that something is signed.
    pub async fn send_noting(
        &self,
        messages: &[Message],
        note: impl Fn(&Signed) -> Result<(), Error>,
    ) -> Result<Included, Error> {
        loop {
            let signed = {
                let _in_order = self.order.lock().await;
                let signed = self.prepare(messages).await?;
                note(&signed)?;
                match self.client.submit(&signed).await {
                    Ok(Submitted::Accepted) => signed,
                    Ok(Submitted::Refused { refusal, lost }) => {
                        self.return_sequence(&signed, &refusal).await;
                        if lost {
                            // Another node may have taken it.
                            signed
                        } else if refusal.is_of_sequence() && !self.client.may_be_included(&signed).await? {
                            continue;
                        } else {
                            return Err(refusal.sorted());
                        }
                    }
                    // It may have arrived: what becomes of it is seen below.
                    Err(Error::Network { .. } | Error::Unreadable { .. }) => signed,
                    Err(error) => return Err(error),
                }
            };
            return self.settle(&signed).await;
        }
    }

    /// Waits for what was submitted, as an error where it came to nothing.
    pub async fn settle(&self, signed: &Signed) -> Result<Included, Error> {
        let outcome = self.client.wait(signed).await;
        if !matches!(outcome, Outcome::Included(_)) {
            *self.next.lock().await = None;
        }
        outcome.into_result(signed)
    }

    /// The account under whose sequence the messages can be simulated, and what they use.
    async fn place(&self, next: &mut Option<Account>, messages: &[Message]) -> Result<(Account, Estimate), Error> {
        let mut doubts = 0u32;
        loop {
            let account = match *next {
                Some(account) => account,
                None => self.client.signing_account(&self.address).await?,
            };
            if let Some(gas) = self.gas {
                return Ok((account, Estimate::fixed(self.client.chain(), gas)?));
            }
            let key = self.signer.public_key();
            let refusal = match self.client.estimate_as(&self.address, account, Some(&key), messages).await {
                Ok(estimate) => return Ok((account, estimate)),
                Err(Error::Refused(refusal)) if refusal.is_of_sequence() && doubts < DOUBTS.saturating_mul(2) => {
                    refusal
                }
                Err(error) => return Err(error),
            };
            doubts = doubts.saturating_add(1);
            match expected(&refusal) {
                // A node that is behind expects less than we have given out already.
                Some(expected) if expected < account.sequence && doubts < DOUBTS => tokio::time::sleep(PAUSE).await,
                Some(sequence) => *next = Some(Account { sequence, ..account }),
                None => *next = None,
            }
        }
    }

    /// A transaction that was refused uses no sequence.
    async fn return_sequence(&self, signed: &Signed, refusal: &Refusal) {
        let mut next = self.next.lock().await;
        let Some(account) = *next else { return };
        if let (true, Some(sequence)) = (refusal.is_of_sequence(), expected(refusal)) {
            *next = Some(Account { sequence, ..account });
        } else if account.sequence == signed.sequence.saturating_add(1) {
            *next = Some(Account { sequence: signed.sequence, ..account });
        }
    }
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sender({})", self.address)
    }
}

/// The sequence that a node expects, in its words: `account sequence mismatch, expected 5, got 4`.
fn expected(refusal: &Refusal) -> Option<u64> {
    let (_, rest) = refusal.words.split_once("expected ")?;
    rest.split(|of: char| !of.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
#[path = "sender_tests.rs"]
mod tests;
