use hearth_schema::audit::Verdict;
use hearth_schema::leaf::Totals;
use hearth_schema::market::ProofKind;
use hearth_schema::unit::Usd;

use super::*;
use crate::journal::tests::{Folder, owner};

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn commit(verdict: Option<Verdict>) -> Commit {
    Commit {
        prev: Totals::default(),
        totals: Totals { count: 1, spent: Usd::new(5), ..Totals::default() },
        root: hearth_schema::digest::Digest::from([1; 32]),
        proof: ProofKind::Job,
        moment: Moment { height: Height(12), ..Moment::default() },
        bond: Usd::ZERO,
        contested: None,
        verdict,
    }
}

#[test]
fn telling_the_same_again_changes_nothing() {
    let folder = Folder::new();
    let journal = Journal::open(&folder.file(), &owner()).unwrap();
    block(journal.turn(|page| {
        let agreement = crate::journal::tests::agreement(7);
        let read = [Read::Deal(Box::new(agreement.clone())), Read::Commit(DealId(7), 1, Box::new(commit(None)))];
        for _ in 0..3 {
            tell(page, &read, Height(12))?;
            assert_eq!(page.known_deal(DealId(7))?.agreement, agreement);
            assert_eq!(page.open_commits()?.len(), 1);
        }
        let done = [Read::Commit(DealId(7), 1, Box::new(commit(Some(Verdict::Pass))))];
        tell(page, &done, Height(20))?;
        tell(page, &read, Height(12))?;
        assert_eq!(page.open_commits()?, []);
        Ok(())
    }))
    .unwrap();
}

#[test]
fn events_of_other_contracts_are_passed_over() {
    let market = Addr::unchecked("wasm1market");
    let of = |contract: &str| Closed { deal: DealId(7) }.event().add_attribute("x", contract);
    let mut ours = of("");
    ours.attributes.push(cosmwasm_std::Attribute { key: "_contract_address".into(), value: "wasm1market".into() });
    assert!(from(&ours, &market));
    let mut theirs = of("wasm1market");
    theirs.attributes.push(cosmwasm_std::Attribute { key: "_contract_address".into(), value: "wasm1liar".into() });
    assert!(!from(&theirs, &market));
}
