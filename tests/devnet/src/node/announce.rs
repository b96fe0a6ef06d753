//! Blocks as those hear of them who listen. What they have not taken yet is bounded: in number, and in bytes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use tokio::sync::broadcast;

use crate::block::{Block, Raw};
use crate::rpc::search::Events;
use crate::rpc::shape;

/// So many blocks wait for those who listen slowly, and about so many bytes of them with all that is said of them.
const ANNOUNCED: usize = 1_024;
const ANNOUNCED_BYTES: usize = 256 << 20;
/// A block without transactions, and what is said of it.
const EMPTY_BYTES: usize = 8 << 10;

/// A block that was announced; gone, where too much waits behind it.
#[derive(Debug)]
pub struct Announced(Mutex<Option<Arc<Content>>>);

/// A block and what is said of it to those who subscribed, made once for all of them.
#[derive(Debug)]
pub struct Content {
    /// The block.
    pub block: Block,
    said: OnceLock<Vec<Said>>,
}

/// Something that is said of a block.
#[derive(Debug)]
pub struct Said {
    /// The event, as JSON.
    pub data: String,
    /// What it can be subscribed by.
    pub events: Events,
    /// The same, as JSON.
    pub events_text: String,
}

impl Announced {
    /// The block, unless it is gone.
    pub fn content(&self) -> Option<Arc<Content>> {
        self.0.lock().ok()?.clone()
    }

    fn forget(&self) {
        if let Ok(mut content) = self.0.lock() {
            *content = None;
        }
    }
}

impl Content {
    /// All that is said of the block.
    pub fn said(&self, chain_id: &str) -> &[Said] {
        self.said.get_or_init(|| {
            let told = shape::announcements(chain_id, &self.block).into_iter();
            told.map(|(data, events)| Said {
                data: data.to_string(),
                events_text: serde_json::json!(events).to_string(),
                events,
            })
            .collect()
        })
    }
}

/// Tells of blocks.
#[derive(Debug)]
pub(super) struct Announcer {
    sender: broadcast::Sender<Arc<Announced>>,
    /// What somebody may still have to take, the oldest first, and how large each is.
    waiting: VecDeque<(Weak<Announced>, usize)>,
}

impl Announcer {
    pub(super) fn new() -> Self {
        Self { sender: broadcast::channel(ANNOUNCED).0, waiting: VecDeque::new() }
    }

    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<Announced>> {
        self.sender.subscribe()
    }

    /// Tells of a block. Whoever is so far behind that too many bytes wait for him misses the oldest.
    pub(super) fn tell(&mut self, block: Block) {
        let weight = weight(&block);
        let announced = Arc::new(Announced(Mutex::new(Some(Arc::new(Content { block, said: OnceLock::new() })))));
        self.waiting.retain(|(waiting, _)| waiting.strong_count() > 0);
        self.waiting.push_back((Arc::downgrade(&announced), weight));
        let mut total = self.waiting.iter().map(|(_, weight)| weight).sum::<usize>();
        while total > ANNOUNCED_BYTES && self.waiting.len() > 1 {
            let Some((oldest, weight)) = self.waiting.pop_front() else { break };
            total = total.saturating_sub(weight);
            if let Some(oldest) = oldest.upgrade() {
                oldest.forget();
            }
        }
        // Nobody may listen.
        let _ = self.sender.send(announced);
    }
}

/// About how much a block takes with all that is said of it: bytes of transactions stand there four times.
fn weight(block: &Block) -> usize {
    let txs: usize = block.txs.iter().map(|Raw(bytes)| bytes.len().saturating_mul(5)).sum();
    let attributes = block.results.iter().flat_map(|result| &result.events).flat_map(|event| &event.attributes);
    let events: usize = attributes.map(|(key, value)| (key.len() + value.len() + 64).saturating_mul(6)).sum();
    EMPTY_BYTES.saturating_add(txs).saturating_add(events)
}
