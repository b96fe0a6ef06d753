//! What is told while something is bought.

use hearth_schema::unit::{DealId, NodeId, Price, Seconds, Usd};
use serde::Serialize;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Step {
    /// The answer is asked to be no longer: a longer one could cost more than a node answers for unsigned.
    Cut {
        /// Its most tokens.
        tokens: u64,
    },
    /// A take was signed and is being sent.
    Taking {
        /// Among how many offers.
        offers: usize,
        /// The most that the deal may charge.
        max_spend: Usd,
        /// The price of the best.
        price: Price,
    },
    /// A deal was opened.
    Taken {
        /// The deal.
        deal: DealId,
        /// Its node.
        node: NodeId,
        /// Its price.
        price: Price,
        /// The most that it may charge.
        max_spend: Usd,
    },
    /// A piece of an answer, not checked yet.
    Said {
        /// The text.
        text: String,
    },
    /// A deal came to nothing: what was said in it does not count, and the next node is asked.
    Lost {
        /// The deal.
        deal: DealId,
        /// Its node.
        node: NodeId,
        /// Why.
        why: String,
    },
    /// Prompts are not counted and texts not compared: the model's small files are not to be had.
    Uncounted {
        /// The model.
        model: String,
        /// Why.
        why: String,
    },
    /// The answer was accepted, but its node does not have the voucher.
    Unvouched {
        /// The deal.
        deal: DealId,
        /// Why.
        why: String,
    },
    /// A commit was contested.
    Contested {
        /// The deal.
        deal: DealId,
        /// Its commit.
        n: u64,
        /// Whether the worker's own receipt refuted it.
        refuted: bool,
    },
    /// Nothing was committed to a lost deal: what it locked comes back when it is expired after this time.
    Waits {
        /// The deal.
        deal: DealId,
        /// From when.
        until: Seconds,
    },
    /// Nothing could be done about a lost deal now.
    Unmended {
        /// The deal.
        deal: DealId,
        /// Why.
        why: String,
    },
}
