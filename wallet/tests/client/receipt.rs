//! Receipts as files: what they show without a chain, and beside a commit.

use hearth_schema::clock::Moment;
use hearth_schema::digest::Digest;
use hearth_schema::leaf::Totals;
use hearth_schema::market::{Commit, ProofKind};
use hearth_schema::sign::BadSignature;
use hearth_schema::unit::Usd;
use hearth_wallet::receipt::{Receipt, Standing};
use hearth_wallet::session::{Pact, Session, Wrong};

use crate::stage::{Worker, ask, client, pact, tongue};

/// The receipts of a deal's first answers.
fn receipts(count: u8) -> Vec<Receipt> {
    let mut worker = Worker::of(pact(10_000_000_000));
    let mut session = Session::new(pact(10_000_000_000));
    let one = |number: u8| {
        session.ask(ask(number)).unwrap();
        let served = worker.serve(&ask(number), "Burned: the tokens.");
        session.accept(&served, None, Some(&tongue()), &client()).unwrap().receipt
    };
    (0..count).map(one).collect()
}

fn commit(receipt: &Receipt) -> Commit {
    Commit {
        prev: Totals::default(),
        totals: receipt.served.totals,
        root: receipt.served.root,
        proof: ProofKind::Voucher,
        moment: Moment::default(),
        bond: Usd::ZERO,
        contested: None,
        verdict: None,
    }
}

#[test]
fn a_receipt_file_shows_by_itself_what_it_says() {
    for receipt in receipts(4) {
        let file = serde_json::to_string_pretty(&receipt).unwrap();
        let read: Receipt = serde_json::from_str(&file).unwrap();
        assert_eq!(read, receipt);
        assert_eq!(read.check(Some(&tongue())), Ok(()));
        assert_eq!(read.text(&tongue()).as_deref(), Ok("Burned: the tokens."));
        let closed = read.closed();
        assert_eq!(closed.check(Some(&tongue())), Ok(()));
        assert!(!serde_json::to_string(&closed).unwrap().contains("What is burned"));
    }
}

#[test]
fn no_single_bit_of_a_receipt_file_can_change() {
    let [.., receipt] = &receipts(3)[..] else { panic!() };
    let json = serde_json::to_vec(receipt).unwrap();
    let tongue = tongue();
    let mut read = 0;
    for bit in 0..json.len() * 8 {
        let mut bent = json.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        let Ok(bent) = serde_json::from_slice::<Receipt>(&bent) else { continue };
        // The node and what the deal may charge at most are no part of what is signed: the chain knows them.
        let Pact { node, max_spend, .. } = receipt.pact;
        let signed = Receipt { pact: Pact { node, max_spend, ..bent.pact.clone() }, ..bent.clone() };
        if signed == *receipt || bent.version != Receipt::VERSION {
            continue;
        }
        read += 1;
        assert!(bent.check(Some(&tongue)).is_err(), "{}", serde_json::to_string(&bent).unwrap());
    }
    assert!(read > 1_000, "{read} changes could be read");
}

#[test]
fn a_voucher_for_something_else_is_refused() {
    let all = receipts(2);
    let swapped = Receipt { voucher: all[0].voucher.clone(), ..all[1].clone() };
    assert_eq!(swapped.check(None), Err(Wrong::Voucher(BadSignature::Wrong)));
}

#[test]
fn a_receipt_stands_in_the_commit_at_it_and_in_later_ones() {
    let all = receipts(7);
    for (at, receipt) in all.iter().enumerate() {
        for (last, later) in all.iter().enumerate() {
            let commit = commit(later);
            let due = if last < at { Standing::Before } else { Standing::Covered };
            assert_eq!(receipt.standing(&commit, &all), due, "{at} in {last}");
            let alone = if last > at { Standing::Unproved } else { due };
            assert_eq!(receipt.standing(&commit, &[]), alone, "{at} in {last}");
            let shown = Receipt { membership: receipt.place(commit.totals.count, &all), ..receipt.clone() };
            if last >= at {
                assert_eq!(shown.check(None), Ok(()));
                assert_eq!(shown.standing(&commit, &[]), due);
            }
        }
    }
}

#[test]
fn a_commit_to_something_else_differs() {
    let all = receipts(3);
    let other = Commit { root: Digest::generate(b"other"), ..commit(&all[2]) };
    for receipt in &all {
        assert_eq!(receipt.standing(&other, &all), Standing::Differs);
    }
    let dearer = Totals { spent: Usd::new(1), ..all[0].served.totals };
    assert_eq!(all[0].standing(&Commit { totals: dearer, ..commit(&all[0]) }, &[]), Standing::Differs);
    let mut bent = all[0].place(3, &all).unwrap();
    bent.path[0].sum = Usd::new(1);
    let bent = Receipt { membership: Some(bent), ..all[0].clone() };
    assert_eq!(bent.check(None), Err(Wrong::Root));
}
