//! What audit stores, and what it reads of the market.

use cosmwasm_std::{Deps, DepsMut, Env, Event};
use cw_storage_plus::{Item, Map};
use hearth_schema::audit::{Beacon, Config, GapFound};
use hearth_schema::beacon::{Due, Schedule};
use hearth_schema::clock::Moment;
use hearth_schema::event::Typed;
use hearth_schema::market::{Class, Commit, Deal};
use hearth_schema::own::Ownership;
use hearth_schema::raw;
use hearth_schema::terms::Terms;
use hearth_schema::unit::{DealId, OutOfRange};
use serde::{Deserialize, Serialize};

use crate::error::ContractError;
use crate::touch;
use crate::verdict::{Drawing, Standing};

/// How the contract was made.
pub const CONFIG: Item<Config> = Item::new("config");
/// Who owns it.
pub const OWNERSHIP: Item<Ownership> = Item::new("ownership");
/// The networks and the gaps. Read raw.
pub const SCHEDULE: Item<Schedule> = Item::new(raw::SCHEDULE);
/// The last block that touched the contract.
pub const TOUCHED: Item<Moment> = Item::new("touched");
/// (network, round) → what it says. Read raw.
pub const BEACONS: Map<(u32, u64), Beacon> = Map::new(raw::BEACON);
/// (deal, n) → what was opened of a commit.
pub const DRAWN: Map<(u64, u64), Drawn> = Map::new("drawn");

/// What was opened of a commit.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// When.
    pub moment: Moment,
    /// By which round: gaps that are forgotten later change nothing of it.
    pub due: Due,
    /// Whether the point of a contest was among it.
    pub contested: bool,
}

/// A commit with all that decides about it.
pub struct Case {
    /// The deal.
    pub deal: Deal,
    /// The commit.
    pub commit: Commit,
    /// The terms under which the deal lives.
    pub terms: Terms,
    /// The deal's class.
    pub class: Class,
    /// The round that decides the draw.
    pub due: Due,
    /// That round, once it is stored.
    pub beacon: Option<Beacon>,
    /// What was opened.
    pub drawn: Option<Drawn>,
}

impl Case {
    /// Reads a commit from the market, and what is stored about it here.
    pub fn load(deps: Deps, schedule: &Schedule, deal: DealId, n: u64) -> Result<Self, ContractError> {
        let market = CONFIG.load(deps.storage)?.market;
        let unknown = || ContractError::UnknownCommit { deal, n };
        let commit = raw::commit(deal, n).query(&deps.querier, &market)?.ok_or_else(unknown)?;
        let stored = raw::deal(deal).query(&deps.querier, &market)?.ok_or_else(unknown)?;
        let terms = raw::terms(stored.terms).query(&deps.querier, &market)?.ok_or_else(unknown)?;
        let class = raw::class(stored.class).query(&deps.querier, &market)?.ok_or_else(unknown)?;
        let drawn = DRAWN.may_load(deps.storage, (deal.0, n))?;
        let due = match drawn {
            Some(drawn) => drawn.due,
            None => schedule.round_of(commit.moment.time, &terms.clocks).ok_or(OutOfRange { unit: "Round" })?,
        };
        let beacon = BEACONS.may_load(deps.storage, (due.network, due.round.0))?;
        Ok(Self { deal: stored, commit, terms, class, due, beacon, drawn })
    }

    /// Where the commit stands.
    pub fn standing(&self) -> Standing {
        let drawn = match self.drawn {
            None => Drawing::Nothing,
            Some(drawn) if drawn.contested => Drawing::Contested,
            Some(_) => Drawing::Plain,
        };
        Standing {
            commit: self.commit.moment,
            contested: self.commit.contested,
            beacon: self.beacon.map(|beacon| beacon.stored),
            drawn,
        }
    }
}

/// Remembers that this block touched the contract, and a gap before it.
pub fn touch(deps: DepsMut, env: &Env) -> Result<(Schedule, Option<Event>), ContractError> {
    let now = Moment::of(&env.block);
    let last = TOUCHED.load(deps.storage)?;
    let mut schedule = SCHEDULE.load(deps.storage)?;
    if last == now {
        return Ok((schedule, None));
    }
    TOUCHED.save(deps.storage, &now)?;
    let Some(gap) = touch::gap(last, now) else { return Ok((schedule, None)) };
    touch::remember(&mut schedule.gaps, gap);
    SCHEDULE.save(deps.storage, &schedule)?;
    Ok((schedule, Some(GapFound::from(gap).event())))
}
