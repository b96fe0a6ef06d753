//! Transactions and blocks that a query finds, page by page.

use serde_json::{Value, json};

use crate::block::Block;
use crate::node::Node;
use crate::rpc::params::Params;
use crate::rpc::search::Query;
use crate::rpc::{MOST, RpcError, USUAL, shape};

/// The longest query, and the most that a list or the answers to a batch have together.
pub const LONGEST_QUERY: usize = 512;
pub const LONGEST_ANSWER: usize = 32 << 20;

/// Transactions, by what happened in them.
pub fn tx_search(node: &Node, params: &Params) -> Result<Value, RpcError> {
    let text = params.text("query")?.unwrap_or_default();
    if text.len() > LONGEST_QUERY {
        return Err(RpcError::internal("maximum query length exceeded"));
    }
    let query = Query::read(&text).map_err(RpcError::internal)?;
    let descending = order(params)?;
    let mut found = Vec::new();
    let mut each = |block: &Block, index: u32| {
        if query.matches(&shape::tx_events(block, index)) {
            found.push((block.height, index));
        }
    };
    if let Some(hash) = query.hash() {
        if let Some((block, index)) = node.disk.find(&hash).and_then(|(at, index)| Some((node.block(at)?, index))) {
            each(&block, index);
        }
    } else {
        let (from, to) = query.heights("tx.height");
        node.disk.blocks(from.max(1), to.min(node.last().height), false, |block| {
            for (index, _) in (0..).zip(&block.txs) {
                each(&block, index);
            }
            true
        });
    }
    if descending {
        found.reverse();
    }
    let total = found.len();
    let page = page(params, total)?;
    let shown = found.get(page).unwrap_or_default().iter();
    let txs = listed(shown.filter_map(|(height, index)| Some(shape::transaction(&node.block(*height)?, *index))))?;
    Ok(json!({ "txs": txs, "total_count": total.to_string() }))
}

/// Blocks, by what can be said of them.
pub fn block_search(node: &Node, params: &Params) -> Result<Value, RpcError> {
    let query = Query::read(&params.text("query")?.unwrap_or_default()).map_err(RpcError::internal)?;
    let descending = order(params)?;
    let (from, to) = query.heights("block.height");
    let mut found = Vec::new();
    node.disk.blocks(from.max(1), to.min(node.last().height), descending, |block| {
        if query.matches(&shape::block_events(&block)) {
            found.push(block.height);
        }
        true
    });
    let total = found.len();
    let page = page(params, total)?;
    let shown = found.get(page).unwrap_or_default().iter().filter_map(|height| node.block(*height));
    let blocks = listed(shown.map(|block| shape::block_answer(&node.terms.chain_id, &block)))?;
    Ok(json!({ "blocks": blocks, "total_count": total.to_string() }))
}

/// A list that is answered; one that is too long is refused before it is made whole.
fn listed(entries: impl Iterator<Item = Value>) -> Result<Vec<Value>, RpcError> {
    let mut length = 0_usize;
    let mut list = Vec::new();
    for entry in entries {
        length = length.saturating_add(entry.to_string().len());
        if length > LONGEST_ANSWER {
            let words = format!("the answer is longer than {LONGEST_ANSWER} bytes: ask for a smaller page");
            return Err(RpcError::internal(words));
        }
        list.push(entry);
    }
    Ok(list)
}

fn order(params: &Params) -> Result<bool, RpcError> {
    match params.text("order_by")?.as_deref() {
        Some("desc") => Ok(true),
        None | Some("" | "asc") => Ok(false),
        Some(_) => Err(RpcError::internal("expected order_by to be either `asc` or `desc` or empty")),
    }
}

/// Which of so many are on the page that is asked for.
fn page(params: &Params, total: usize) -> Result<std::ops::Range<usize>, RpcError> {
    let size = params.number("per_page")?.filter(|size| *size > 0).unwrap_or(USUAL).min(MOST);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let pages = total.div_ceil(size).max(1);
    let page = params.signed("page")?.unwrap_or(1);
    let Some(page) = usize::try_from(page).ok().filter(|page| (1..=pages).contains(page)) else {
        return Err(RpcError::internal(format!("page should be within [1, {pages}] range, given {page}")));
    };
    let from = (page - 1) * size;
    Ok(from..total.min(from + size))
}
