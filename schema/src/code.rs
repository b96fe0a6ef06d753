//! The stable codes that begin the text of every error, so that a client far from Rust can match them.

/// Codes that any contract of the suite may answer with.
pub const HEARTH: &[&str] = &[
    "hearth/not-owner",
    "hearth/not-proposed",
    "hearth/paused",
    "hearth/funds",
    "hearth/address",
    "hearth/not-allowed",
    "hearth/length",
    "hearth/duplicate",
    "hearth/out-of-bounds",
    "hearth/out-of-range",
    "hearth/migration",
    "hearth/chain",
];

/// Codes of bme.
pub const BME: &[&str] = &[
    "bme/not-token",
    "bme/hook",
    "bme/zero",
    "bme/asset-not-listed",
    "bme/insufficient",
    "bme/price-stale",
    "bme/price-source",
    "bme/price-zero",
    "bme/price-future",
    "bme/price-old",
    "bme/price-not-rising",
    "bme/price-jump",
    "bme/price-twice",
    "bme/source-exists",
    "bme/unknown-source",
    "bme/escrow-exists",
    "bme/unknown-escrow",
    "bme/escrow-ended",
    "bme/charge-order",
    "bme/unknown-charge",
    "bme/price-awaited",
];

/// Codes of bonds.
pub const BONDS: &[&str] = &[
    "bonds/not-token",
    "bonds/hook",
    "bonds/zero",
    "bonds/not-introduced",
    "bonds/unknown-node",
    "bonds/worker-taken",
    "bonds/key",
    "bonds/possession",
    "bonds/endpoint",
    "bonds/text",
    "bonds/nothing-changed",
    "bonds/insufficient",
    "bonds/too-many-unbondings",
    "bonds/nothing-due",
    "bonds/already-slashed",
    "bonds/bps",
];

/// Codes of the market.
pub const MARKET: &[&str] = &[
    "market/unknown-model",
    "market/model-exists",
    "market/unknown-class",
    "market/class-exists",
    "market/product",
    "market/time-not-sold",
    "market/unknown-node",
    "market/unbacked",
    "market/offer-exists",
    "market/unknown-offer",
    "market/off-grid",
    "market/offer-bounds",
    "market/nothing-changed",
    "market/terms-changed",
    "market/unknown-terms",
    "market/price-stale",
    "market/asset-not-listed",
    "market/bid",
    "market/offer-changed",
    "market/offer-expired",
    "market/offer-full",
    "market/above-limit",
    "market/spend-bounds",
    "market/life-bounds",
    "market/bond-too-small",
    "market/none-taken",
    "market/unknown-deal",
    "market/deal-ended",
    "market/unknown-commit",
    "market/commit-order",
    "market/commit-differs",
    "market/too-late",
    "market/not-yet",
    "market/signature",
    "market/not-contestable",
    "market/receipt",
    "market/final",
    "market/unknown-worker",
    "market/totals",
    "market/over-max",
    "market/fee",
    "market/job-count",
    "market/proof",
    "market/needs-voucher",
    "market/voucher-seq",
    "market/bearer",
    "market/session-signature",
    "market/totals-range",
];

/// Codes of audit.
pub const AUDIT: &[&str] = &[
    "audit/unknown-commit",
    "audit/unknown-network",
    "audit/signature",
    "audit/public-key",
    "audit/network",
    "audit/beacon-awaited",
    "audit/same-block",
    "audit/draw-over",
    "audit/too-early",
    "audit/opening-missing",
    "audit/opening-order",
    "audit/opening-early",
    "audit/opening-root",
    "audit/opening-fee",
    "audit/opening-engine",
    "audit/opening-job",
    "audit/opening-idle",
];

/// Every code of the suite.
pub fn all() -> impl Iterator<Item = &'static str> {
    [HEARTH, BME, BONDS, MARKET, AUDIT].into_iter().flatten().copied()
}

/// The code in an error's text as a chain or a wallet shows it, wrapped in other words: the first that ends with a colon,
/// so that words which a sender chose never pass for one.
pub fn of(text: &str) -> Option<&'static str> {
    let mut words = text.split_inclusive(": ").filter_map(|part| part.strip_suffix(": ")?.rsplit(' ').next());
    words.find_map(|word| all().find(|code| *code == word))
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
