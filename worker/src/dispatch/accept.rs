//! Vouchers, and how a deal stands.

use hearth_gateway::house::Refusal;
use hearth_schema::door::{Standing, Voucher};
use hearth_schema::unit::DealId;
use hearth_wallet::verify::verify;
use serde_json::Value;

use super::Desk;
use crate::journal::deals::Agreement;
use crate::journal::vouchers::Accepted;
use crate::refuse;

impl Desk {
    pub(super) async fn take_voucher(&self, deal: DealId, body: &[u8]) -> Result<Value, Refusal> {
        let voucher: Voucher = serde_json::from_slice(body)
            .map_err(|error| refuse::invalid("voucher", format!("the body is no voucher: {error}")))?;
        let known = self.known(deal).await?.ok_or_else(refuse::unknown)?;
        self.accept(&known.agreement, voucher).await?;
        self.stands(deal).await
    }

    /// Takes a voucher that its deal's session key signed over what the deal has counted.
    pub(super) async fn accept(&self, agreement: &Agreement, voucher: Voucher) -> Result<(), Refusal> {
        let (parts, deal) = (&self.parts, agreement.id);
        let Voucher { seq, totals, root, signature } = &voucher;
        let digest = parts.view.scope(deal).voucher(*seq, totals, root);
        verify(&agreement.deal.session_key, &digest, signature).map_err(|_| refuse::unknown())?;
        let accepted = parts.journal.turn(move |page| page.accept(deal, &voucher)).await;
        match accepted.map_err(|error| refuse::journal(&error))? {
            Accepted::Better => {
                tracing::debug!(%deal, "a voucher");
                parts.tally.vouch();
                parts.bell.notify_one();
                Ok(())
            }
            Accepted::Known => Ok(()),
            Accepted::Lie => {
                tracing::warn!(%deal, "a voucher over what was not served");
                Err(refuse::conflict(
                    "voucher_differs",
                    "the voucher is over totals or a root that this deal never had: sign what the receipts say",
                ))
            }
        }
    }

    pub(super) async fn stands(&self, deal: DealId) -> Result<Value, Refusal> {
        let unknown = || refuse::missing("deal_not_found", format!("deal {deal} is none of this node's"));
        let known = self.known(deal).await?.ok_or_else(unknown)?;
        let read = self.parts.journal.turn(move |page| Ok((page.ledger(deal)?, page.voucher(deal)?))).await;
        let (ledger, voucher) = read.map_err(|error| refuse::journal(&error))?;
        let standing = Standing {
            deal,
            totals: ledger.totals,
            root: ledger.root,
            vouched: voucher.as_ref().map(|voucher| voucher.totals).unwrap_or_default(),
            seq: voucher.map_or(0, |voucher| voucher.seq),
            committed: known.agreement.deal.totals,
            commits: known.agreement.deal.n,
        };
        serde_json::to_value(standing).map_err(|_| refuse::away("the standing cannot be written"))
    }
}
