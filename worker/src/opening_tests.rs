use hearth_schema::audit::Beacon;
use hearth_schema::beacon::Due;
use hearth_schema::leaf::Totals;
use hearth_schema::market::ProofKind;
use hearth_schema::tree;
use hearth_schema::unit::{Height, Round};

use super::*;
use crate::journal::Journal;
use crate::journal::tests::{Folder, SCOPE, agreement, made, owner};

fn moment(time: u64, height: u64) -> Moment {
    Moment { time: Seconds(time), height: Height(height) }
}

fn commit() -> Commit {
    Commit {
        prev: Totals::default(),
        totals: Totals { count: 1, spent: Usd::new(5), ..Totals::default() },
        root: Digest::from([1; 32]),
        proof: ProofKind::Job,
        moment: moment(100, 10),
        bond: Usd::ZERO,
        contested: None,
        verdict: None,
    }
}

fn audit() -> Audit {
    Audit {
        due: Due { network: 0, round: Round(5) },
        due_time: Seconds(103),
        beacon: None,
        points: Vec::new(),
        drawn: None,
        draw_until: None,
        final_at: None,
        verdict: None,
    }
}

fn stored(time: u64, height: u64) -> Option<Beacon> {
    Some(Beacon { randomness: Digest::from([4; 32]), stored: moment(time, height) })
}

#[test]
fn each_clock_is_waited_for_and_no_longer() {
    let (terms, commit) = (agreement(7), commit());
    let at = |audit: &Audit, head| step(audit, &commit, &terms, head);
    assert_eq!(at(&audit(), moment(102, 11)), Step::Wait(Seconds(103)));
    assert_eq!(at(&audit(), moment(103, 12)), Step::Beacon);
    let with = Audit { beacon: stored(104, 13), ..audit() };
    assert_eq!(at(&with, moment(104, 13)), Step::Draw);
    let drawn = Audit { drawn: Some(moment(105, 14)), ..with };
    assert_eq!(at(&drawn, moment(113, 40)), Step::Wait(Seconds(114)));
    assert_eq!(at(&drawn, moment(114, 20)), Step::Wait(Seconds(114)));
    assert_eq!(at(&drawn, moment(114, 33)), Step::Resolve);
    let done = Audit { verdict: Some(Verdict::Pass), ..drawn };
    assert_eq!(at(&done, moment(114, 33)), Step::Final(Verdict::Pass));
}

#[test]
fn what_came_too_late_for_its_round_or_its_draw_is_resolved() {
    let (terms, commit) = (agreement(7), commit());
    let at = |audit: &Audit, head| step(audit, &commit, &terms, head);
    // An hour without a beacon, and a minute without a draw, in time and in blocks.
    assert_eq!(at(&audit(), moment(3_699, 2_000)), Step::Beacon);
    assert_eq!(at(&audit(), moment(3_700, 909)), Step::Beacon);
    assert_eq!(at(&audit(), moment(3_700, 910)), Step::Resolve);
    let with = Audit { beacon: stored(104, 13), ..audit() };
    assert_eq!(at(&with, moment(163, 80)), Step::Draw);
    assert_eq!(at(&with, moment(164, 32)), Step::Draw);
    assert_eq!(at(&with, moment(164, 33)), Step::Resolve);
    let late = Audit { beacon: stored(3_700, 910), ..audit() };
    assert_eq!(at(&late, moment(3_701, 911)), Step::Resolve);
}

#[test]
fn a_contest_after_a_draw_asks_for_another() {
    let terms = agreement(7);
    let contested = Commit { contested: Some(moment(106, 15)), ..commit() };
    let drawn = Audit { beacon: stored(104, 13), drawn: Some(moment(105, 14)), ..audit() };
    assert_eq!(step(&drawn, &contested, &terms, moment(130, 60)), Step::Draw);
    let again = Audit { drawn: Some(moment(107, 16)), ..drawn };
    assert_eq!(step(&again, &contested, &terms, moment(115, 60)), Step::Wait(Seconds(116)));
    assert_eq!(step(&again, &contested, &terms, moment(116, 60)), Step::Resolve);
}

#[test]
fn every_point_is_covered_by_an_opening_that_leads_to_the_root() {
    let folder = Folder::new();
    let journal = Journal::open(&folder.file(), &owner()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (leaves, totals, root) = runtime
        .block_on(journal.turn(|page| {
            for request in 1..=7 {
                page.give(&SCOPE, made(request), |_| {
                    Ok(hearth_schema::sign::Signature(cosmwasm_std::Binary::from([1; 64])))
                })?;
            }
            let (totals, root) = page.stood(SCOPE.deal, 7)?.unwrap();
            Ok((page.leaves(SCOPE.deal, 7)?, totals, root))
        }))
        .unwrap();
    let points = [1, 4_000_000, 4_000_001, 28_000_000, 12_000_000, 11_999_999].map(Usd::new);
    let opened = openings(&leaves, &points, 7).unwrap();
    assert_eq!(opened.iter().map(|opening| opening.leaf.index).collect::<Vec<_>>(), [0, 1, 2, 6]);
    for opening in &opened {
        let placed = tree::place(&opening.leaf, 7, &opening.path).unwrap();
        assert_eq!(placed.top.sum, totals.spent);
        assert_eq!(tree::root(&SCOPE, 7, &placed.top), root);
        let right = placed.left.plus(opening.leaf.fee).unwrap();
        assert!(points.iter().any(|point| placed.left < *point && *point <= right));
    }
    assert!(openings(&leaves, &[Usd::new(28_000_001)], 7).is_err());
    assert_eq!(openings(&leaves, &[], 7).unwrap(), []);
}
