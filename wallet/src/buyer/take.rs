//! A deal is opened, and what the chain made of it is read back.

use hearth_schema::market::{Bid, DealAnswer, ExecuteMsg, Kind, Taken, TermsAnswer};
use hearth_schema::unit::{Asset, DealId, NodeId};
use tokio::time::{Duration, Instant, sleep};

use super::choose::{Need, Pick, Wish};
use super::goods::afford;
use super::held::{Held, Kept};
use super::key::session_key;
use super::{Buyer, Order, Step};
use crate::amount::show_dollars;
use crate::error::Error;
use crate::key::{SecretKey, Signer as _};
use crate::random;
use crate::session::{Pact, Session, leave};
use crate::suite::Suite;

/// How often the book is read again because its offers changed before they were taken.
const TRIES: u32 = 3;
/// Between two looks at a deal that a node does not know yet.
const PAUSE: Duration = Duration::from_millis(100);

/// What a deal has to be, under the terms in force.
pub(super) async fn wish(suite: &Suite, order: &Order, need: Need, not: &[NodeId]) -> Result<Wish, Error> {
    let now = suite.client().head().await?.time;
    let TermsAnswer { version, terms } = suite.market().terms(None).await?;
    Ok(Wish {
        max_price: order.max_price,
        max_cost: order.max_cost,
        need,
        leave: match need {
            Need::Request { .. } => terms.unsigned_cap,
            Need::All { .. } => leave::FREE,
        },
        life: order.life,
        only: order.only,
        not: not.to_vec(),
        now,
        terms: version,
    })
}

/// The offers to take now, and the terms in force; whether the client can pay for them is known.
pub async fn pick(
    suite: &Suite,
    client: &str,
    order: &Order,
    need: Need,
    not: &[NodeId],
) -> Result<(Pick, u32), Error> {
    let wish = wish(suite, order, need, not).await?;
    let pick = order.goods.pick(suite, &wish).await?;
    afford(suite, client, pick.max_spend, wish.now).await?;
    Ok((pick, wish.terms))
}

impl Buyer {
    /// Opens a deal at the best offer, and holds it.
    pub async fn take(
        &self,
        order: &Order,
        need: Need,
        kind: Kind,
        not: &[NodeId],
        tell: &mut (dyn FnMut(Step) + Send),
    ) -> Result<Held, Error> {
        let nonce = random::bytes::<32>()?;
        let client = self.suite.client();
        let market = self.suite.market().address();
        let key = session_key(self.sender.signer().as_ref(), &client.chain().id, market, &nonce)?;
        let mut tries = TRIES;
        loop {
            let (pick, terms) = pick(&self.suite, self.sender.address(), order, need, not).await?;
            let price = pick.offers.first().map(|offer| offer.price).unwrap_or_default();
            tell(Step::Taking { offers: pick.offers.len(), max_spend: pick.max_spend, price });
            match self.open(&pick, kind, &key, terms).await {
                Ok(taken) => {
                    let held = self.hold(order, &taken, &key, nonce).await?;
                    let Taken { deal, node, price, max_spend, .. } = taken;
                    tell(Step::Taken { deal, node, price, max_spend });
                    return Ok(held);
                }
                Err(error) if error.code() == Some("market/none-taken") && tries > 1 => {
                    tries = tries.saturating_sub(1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn open(&self, pick: &Pick, kind: Kind, key: &SecretKey, terms: u32) -> Result<Taken, Error> {
        let bid = Bid {
            max_spend: pick.max_spend,
            asset: Asset::Token,
            kind,
            session_key: key.public_key(),
            expires_at: pick.expires_at,
            terms,
        };
        let take = ExecuteMsg::Take { offers: pick.choices(), limit: pick.limit(), bid };
        let moves = format!("a deal of at most {} is opened, and locked in its escrow", show_dollars(pick.max_spend));
        self.send(&take, &moves).await?.needed_event(self.suite.market().address())
    }

    async fn hold(&self, order: &Order, taken: &Taken, key: &SecretKey, nonce: [u8; 32]) -> Result<Held, Error> {
        let deal = self.deal(taken.deal).await?;
        let unread = |reason: &str| Error::unreadable(format!("deal {}", taken.deal), reason);
        if deal.deal.session_key != key.public_key() || deal.deal.node != taken.node {
            return Err(unread("it is not the one that was taken"));
        }
        let class = order.goods.class(deal.deal.class).ok_or_else(|| unread("it is of another class"))?;
        let chain = &self.suite.client().chain().id;
        let pact = Pact::of(chain, self.suite.market().address(), &deal, &class.class);
        let node = self.suite.bonds().node(taken.node).await?;
        let kept = Kept {
            version: Kept::VERSION,
            client: self.sender.address().to_owned(),
            nonce: nonce.into(),
            model: order.goods.model.name.clone(),
            endpoint: node.card.endpoint,
            sealing_key: node.card.sealing_key,
            session: Session::new(pact.ok_or_else(|| unread("it sells time"))?),
            history: Vec::new(),
        };
        Held::open(kept, self.sender.signer().as_ref(), self.deadlines)
    }

    /// A deal that is in a block: a node that is behind is asked until it has it.
    async fn deal(&self, id: DealId) -> Result<DealAnswer, Error> {
        let begin = Instant::now();
        loop {
            if let Some(deal) = self.suite.market().deal(id).await? {
                return Ok(DealAnswer { id, deal });
            }
            if begin.elapsed() > self.suite.client().chain().wait_within() {
                return Err(Error::unreadable(format!("deal {id}"), "the nodes do not know it"));
            }
            sleep(PAUSE).await;
        }
    }
}
