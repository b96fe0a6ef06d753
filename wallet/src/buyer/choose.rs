//! Which offers to take, without network or clock.

use hearth_schema::leaf::Weights;
use hearth_schema::market::{Choice, MOST_TAKEN, OfferAnswer};
use hearth_schema::unit::{NodeId, Price, Seconds, Usd};

use crate::session::leave;

/// What a deal has to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The dearest price, where there is a limit.
    pub max_price: Option<Price>,
    /// The most that the deal may charge.
    pub max_cost: Usd,
    /// How much the deal needs to cover.
    pub need: Need,
    /// The most that a node lets one answer cost before there is a voucher for it.
    pub leave: Usd,
    /// How long it should live.
    pub life: Seconds,
    /// Only this node.
    pub only: Option<NodeId>,
    /// None of these nodes: they failed before.
    pub not: Vec<NodeId>,
    /// The chain's time.
    pub now: Seconds,
    /// The version of the terms in force.
    pub terms: u32,
}

/// How much a deal needs to cover.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Need {
    /// One request of at most so many tokens.
    Request {
        /// Of the prompt.
        input: u64,
        /// Of the answer.
        output: u64,
    },
    /// All that it may cost, in answers of so many tokens.
    All {
        /// Of one answer.
        output: u64,
    },
}

/// An offer, and what its class weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The offer.
    pub offer: OfferAnswer,
    /// Of its class.
    pub weights: Weights,
}

/// What is to be taken: any of these, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// The offers.
    pub offers: Vec<OfferAnswer>,
    /// What the deal may charge, with any of them.
    pub max_spend: Usd,
    /// When it ends, with any of them.
    pub expires_at: Seconds,
}

/// Why no offer will do: how many were refused for what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unfit {
    /// How many there were.
    pub offers: usize,
    /// Above the dearest price.
    pub dear: usize,
    /// At whose price the request may cost more than the deal may charge.
    pub costly: usize,
    /// At whose price an answer may cost more than a node lets go unsigned.
    pub unsigned: usize,
    /// Of other nodes than the one that is wanted, or of those that failed before.
    pub others: usize,
    /// Expired, under other terms, or without a free slot.
    pub over: usize,
    /// Whose deals are larger, smaller or shorter.
    pub bounds: usize,
}

impl Pick {
    /// The offers as a take names them.
    pub fn choices(&self) -> Vec<Choice> {
        self.offers.iter().map(|offer| Choice { offer: offer.offer, seq: offer.seq }).collect()
    }

    /// The price of the dearest.
    pub fn limit(&self) -> Price {
        self.offers.iter().map(|offer| offer.price).max().unwrap_or(Price::ZERO)
    }
}

/// The best offers that fit one deal together: cheapest first, the older first among equals, one a node.
pub fn choose(mut candidates: Vec<Candidate>, wish: &Wish) -> Result<Pick, Unfit> {
    candidates.sort_by_key(|candidate| (candidate.offer.price, candidate.offer.seq));
    let mut unfit = Unfit { offers: candidates.len(), ..Unfit::default() };
    let mut pick: Option<Pick> = None;
    for Candidate { offer, weights } in candidates {
        let Some(need) = wish.check(&offer, weights, &mut unfit) else { continue };
        let fits = match &pick {
            None => alone(&offer, need, wish),
            Some(pick) => beside(pick, &offer, need, wish),
        };
        match fits {
            None => unfit.bounds = unfit.bounds.saturating_add(1),
            Some(fit) => {
                let mut offers = pick.map(|pick| pick.offers).unwrap_or_default();
                offers.push(offer);
                pick = Some(Pick { offers, ..fit });
            }
        }
        if pick.as_ref().is_some_and(|pick| pick.offers.len() >= MOST_TAKEN) {
            break;
        }
    }
    pick.ok_or(unfit)
}

impl Wish {
    /// The same where a node lets so much go unsigned.
    #[must_use]
    pub fn with_leave(self, leave: Usd) -> Self {
        Self { leave, ..self }
    }

    /// What the deal has to cover at this offer; nothing where it will not do, which is counted.
    fn check(&self, offer: &OfferAnswer, weights: Weights, unfit: &mut Unfit) -> Option<Usd> {
        let is_other = self.only.is_some_and(|only| only != offer.node) || self.not.contains(&offer.node);
        let is_over = offer.expires_at <= self.now || offer.terms != self.terms || offer.free == 0;
        let need = self.need.at(offer.price, weights, self.max_cost).filter(|need| *need <= self.max_cost);
        let counted = if is_other {
            &mut unfit.others
        } else if is_over {
            &mut unfit.over
        } else if self.max_price.is_some_and(|most| offer.price > most) {
            &mut unfit.dear
        } else if need.is_none() {
            &mut unfit.costly
        } else if !self.need.is_within(self.leave, offer.price, weights) {
            &mut unfit.unsigned
        } else {
            return need;
        };
        *counted = counted.saturating_add(1);
        None
    }
}

impl Need {
    fn at(self, price: Price, weights: Weights, all: Usd) -> Option<Usd> {
        match self {
            Self::All { .. } => Some(all),
            Self::Request { input, output } => {
                let counts = hearth_schema::leaf::Counts { input, cached: 0, output };
                weights.fee(price, counts).ok()
            }
        }
    }

    /// Whether one answer costs no more than this.
    fn is_within(self, leave: Usd, price: Price, weights: Weights) -> bool {
        let (input, output) = match self {
            Self::Request { input, output } => (input, output),
            Self::All { output } => (0, output),
        };
        leave::tokens(leave, price, weights, input, output) == Some(output)
    }
}

/// The deal at the best offer; it lives as long as that one allows.
fn alone(offer: &OfferAnswer, need: Usd, wish: &Wish) -> Option<Pick> {
    let max_spend = match wish.need {
        Need::All { .. } => need.min(offer.max_spend),
        Need::Request { .. } => need.max(offer.min_spend),
    };
    let fits = max_spend >= offer.min_spend && max_spend <= offer.max_spend && max_spend <= wish.max_cost;
    let expires_at = Seconds(wish.now.0.saturating_add(wish.life.min(offer.max_life).0));
    fits.then_some(Pick { offers: Vec::new(), max_spend, expires_at })
}

/// The deal that this offer may open too: larger if need be, as long as it fits all before.
fn beside(pick: &Pick, offer: &OfferAnswer, need: Usd, wish: &Wish) -> Option<Pick> {
    let need = if matches!(wish.need, Need::All { .. }) { pick.max_spend } else { need };
    let max_spend = pick.max_spend.max(need).max(offer.min_spend);
    let fits_all = pick.offers.iter().all(|before| max_spend <= before.max_spend);
    let lives = pick.expires_at.0 <= wish.now.0.saturating_add(offer.max_life.0);
    let is_new = pick.offers.iter().all(|before| before.node != offer.node);
    let fits = fits_all && lives && is_new && max_spend <= offer.max_spend && max_spend <= wish.max_cost;
    fits.then(|| Pick { max_spend, ..pick.clone() })
}
