//! Every error code of the suite is reached, and what was refused has changed nothing: the ledger sees to that.

#[path = "refusals/audit.rs"]
mod audit;
#[path = "refusals/bme.rs"]
mod bme;
#[path = "refusals/bonds.rs"]
mod bonds;
#[path = "refusals/market.rs"]
mod market;
#[path = "refusals/suite.rs"]
mod suite;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth_schema::code;

use crate::scene::Tally;

#[test]
fn every_code_is_reached() {
    let groups: [fn(&mut Tally); 15] = [
        suite::shared,
        suite::wiring,
        bme::money,
        bme::prices,
        bme::charges,
        bonds::nodes,
        bonds::stakes,
        market::curated,
        market::offers,
        market::takes,
        market::meter,
        market::clocks,
        audit::contests,
        audit::beacons,
        audit::openings,
    ];
    // As many at once as there are cores: each has a chain of its own.
    let next = AtomicUsize::new(0);
    let run = || {
        let mut tally = Tally::default();
        while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
            group(&mut tally);
        }
        tally
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(run)).collect();
        running.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut tally = Tally::default();
    for heard in outcomes.into_iter().map(|outcome| outcome.expect("no group fails")) {
        tally.reached.extend(heard.reached);
        tally.unsaid.extend(heard.unsaid);
    }
    assert!(tally.unsaid.is_empty() || !crate::world().chain.obeys(), "{:?}", tally.unsaid);
    let missing: Vec<&str> =
        code::all().filter(|code| !tally.reached.union(&tally.unsaid).any(|of| of == code)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "no test reaches these codes");
    let strange: Vec<&&str> =
        tally.reached.iter().filter(|reached| !code::all().any(|code| code == **reached)).collect();
    assert!(strange.is_empty(), "{strange:?}");
}
