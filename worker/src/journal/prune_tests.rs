use hearth_schema::audit::Verdict;
use hearth_schema::digest::Digest;
use hearth_schema::leaf::Totals;
use hearth_schema::market::{Proof, Reason};
use hearth_schema::unit::{DealId, Height, Seconds};

use super::super::commits::Statement;
use super::super::outbox::Call;
use super::super::tests::{Folder, SCOPE, agreement, block, made, owner, signed_by};
use super::super::{Journal, JournalError, Page};

/// The deals of the tests expire at 10,000.
const LATER: Seconds = Seconds(10_001);

fn with(act: impl FnOnce(&Page<'_>) -> Result<(), JournalError> + Send + 'static) {
    let folder = Folder::new();
    let journal = Journal::open(&folder.file(), &owner()).unwrap();
    block(journal.turn(act)).unwrap();
}

/// A deal that was served once and ended, as it was told at so many heights; its one commit is stored.
fn served(page: &Page<'_>, told: u64) -> Result<(), JournalError> {
    page.tell_deal(&agreement(7), Height(12))?;
    page.give(&SCOPE, made(1), signed_by)?;
    let statement = Statement { totals: Totals::default(), root: Digest::from([1; 32]), proof: Proof::Job };
    page.commit(DealId(7), 1, &statement)?;
    page.store_commit(DealId(7), 1, Height(13))?;
    let mut ended = agreement(7);
    ended.deal.ended = Some(Reason::Done);
    (0..told).try_for_each(|nth| page.tell_deal(&ended, Height(14 + nth)))
}

#[test]
fn a_deal_that_is_over_and_final_is_forgotten_when_its_time_has_passed() {
    with(|page| {
        served(page, 2)?;
        page.finish_commit(DealId(7), 1, Verdict::Pass)?;
        assert_eq!(page.prune(Seconds(10_000))?, []);
        assert_eq!(page.prune(LATER)?, [DealId(7)]);
        assert_eq!((page.deal_count()?, page.leaf_count()?), (0, 0));
        assert_eq!(page.job(DealId(7), &Digest::from([1; 32]))?, None);
        assert_eq!((page.noted(DealId(7), 1)?, page.ledger(DealId(7))?.totals.count), (None, 0));
        Ok(())
    });
}

#[test]
fn what_is_not_final_or_not_over_beyond_doubt_is_kept() {
    with(|page| {
        served(page, 2)?;
        assert_eq!(page.prune(LATER)?, [], "its commit is not final");
        Ok(())
    });
    with(|page| {
        served(page, 1)?;
        page.finish_commit(DealId(7), 1, Verdict::Pass)?;
        assert_eq!(page.prune(LATER)?, [], "its end was told once");
        assert_eq!(page.leaf_count()?, 1);
        Ok(())
    });
}

#[test]
fn of_transactions_that_came_to_their_end_the_last_thousand_are_kept_and_of_others_all() {
    with(|page| {
        let calls: [Call; 0] = [];
        let open = page.mean("open", &calls)?;
        let mut last = open.id;
        for nth in 0..1_010 {
            last = page.mean(&format!("letter {nth}"), &calls)?.id;
            page.include(last, Height(5))?;
        }
        page.prune(LATER)?;
        let kept = page.one("SELECT count(*) FROM outbox", [], |row| row.get::<_, i64>(0))?;
        assert_eq!((kept, last), (Some(1_001), open.id + 1_010));
        assert_eq!(page.letters()?, [open]);
        Ok(())
    });
}
