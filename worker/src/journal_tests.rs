use std::sync::atomic::{AtomicU32, Ordering};

use cosmwasm_std::{Addr, Binary, HexBinary};
use hearth_schema::audit::Verdict;
use hearth_schema::clock::Moment;
use hearth_schema::digest::{self, Digest};
use hearth_schema::door::Voucher;
use hearth_schema::leaf::{Counts, Engine, Finish, Totals, Weights};
use hearth_schema::market::{Class, Deal, EngineClass, Kind, Product, Proof, Reason};
use hearth_schema::sign::{Bearer, PublicKey, Scope, Signature};
use hearth_schema::terms::Profile;
use hearth_schema::unit::{Amount, Asset, ClassId, DealId, Height, ModelId, NodeId, OfferId, Price, Seconds, Usd};

use hearth_wallet::tx::{Fee, Signed};

use super::commits::Statement;
use super::deals::Agreement;
use super::jobs::{Made, Standing};
use super::outbox::{Call, Letter};
use super::vouchers::Accepted;
use super::*;

/// A folder of its own, removed when dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("hearthd-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("journal.sqlite")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn owner() -> Owner {
    Owner { chain: "hearth-1".into(), market: "wasm1market".into(), worker: "wasm1worker".into() }
}

pub(crate) const SCOPE: Scope<'static> = Scope { chain: "hearth-1", market: "wasm1market", deal: DealId(7) };

pub(crate) fn deal() -> Deal {
    Deal {
        client: Addr::unchecked("wasm1client"),
        node: NodeId(1),
        payee: Addr::unchecked("wasm1owner"),
        offer: OfferId(1),
        class: ClassId(1),
        price: Price::new(1_000_000),
        asset: Asset::Token,
        max_spend: Usd::new(1_000_000_000_000),
        kind: Kind::Session,
        session_key: PublicKey(HexBinary::from([2; 33])),
        worker_key: PublicKey(HexBinary::from([3; 33])),
        expires_at: Seconds(10_000),
        opened: Moment { time: Seconds(1_000), height: Height(10) },
        terms: 1,
        n: 0,
        totals: Totals::default(),
        voucher_seq: 0,
        closing: None,
        ended: None,
    }
}

pub(crate) fn agreement(id: u64) -> Agreement {
    let product = Product::Inference {
        model: ModelId(1),
        engine: EngineClass::Exact,
        sampler: "greedy".into(),
        tee: false,
        weights: Weights { input: 250, cached: 25 },
    };
    let class = Class { product, model: Digest::from([9; 32]) };
    let terms = Profile::short().terms;
    Agreement { id: DealId(id), deal: deal(), class, terms, held: Amount::new(1_000_000) }
}

pub(crate) fn made(request: u8) -> Made {
    let engine = Engine {
        model: Digest::from([9; 32]),
        class: "exact".into(),
        version: "e1".into(),
        sampler: "greedy".into(),
        seed: 0,
    };
    Made {
        deal: DealId(7),
        request: Digest::from([request; 32]),
        text: format!("answer {request}"),
        tokens: vec![1, 2, u32::from(request)],
        counts: Counts { input: 4, cached: 0, output: 3 },
        finish: Finish::STOP,
        fee: Usd::new(4_000_000),
        engine,
        salt: [request; 16],
        request_salt: None,
        at: Seconds(1_500),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "keys may fail to sign")]
pub(crate) fn signed_by(_: &Digest) -> Result<Signature, JournalError> {
    Ok(Signature(Binary::from([1; 64])))
}

fn signed() -> Signed {
    Signed {
        chain_id: "hearth-1".into(),
        signer: "wasm1worker".into(),
        sequence: 3,
        gas: 100,
        fee: Fee { amount: 5, denom: "ucosm".into() },
        hash: "AB".into(),
        signed_at: 10,
        timeout_height: 40,
        bytes: Binary::from([1, 2, 3]),
    }
}

fn statement(count: u64) -> Statement {
    let totals = Totals { count, spent: Usd::new(count.into()), ..Totals::default() };
    Statement { totals, root: Digest::from([u8::try_from(count).unwrap(); 32]), proof: Proof::Job }
}

/// Does something in a journal of its own, on a runtime of its own.
fn with<T: Send + 'static>(act: impl FnOnce(&Page<'_>) -> Result<T, JournalError> + Send + 'static) -> T {
    let folder = Folder::new();
    let journal = Journal::open(&folder.file(), &owner()).unwrap();
    block(journal.turn(act)).unwrap()
}

pub(crate) fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Closes the journal, opens its file again and looks into it.
pub(crate) fn reopen(
    journal: Journal,
    folder: &Folder,
    look: impl Fn(&Page<'_>) -> Result<(), JournalError> + Send + 'static,
) {
    drop(journal);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let journal = loop {
        match Journal::open(&folder.file(), &owner()) {
            Ok(journal) => break journal,
            // Its thread is about to end.
            Err(JournalError::Busy { .. }) if std::time::Instant::now() < deadline => std::thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    block(journal.turn(look)).unwrap();
}

#[test]
fn what_was_said_is_there_after_the_file_is_opened_again() {
    let folder = Folder::new();
    let journal = Journal::open(&folder.file(), &owner()).unwrap();
    block(journal.turn(|page| {
        page.tell_deal(&agreement(7), Height(12))?;
        page.give(&SCOPE, made(1), signed_by)?;
        page.advance(Height(12))
    }))
    .unwrap();
    reopen(journal, &folder, |page| {
        assert_eq!(page.cursor()?, Some(Height(12)));
        assert_eq!(page.deal(DealId(7))?.unwrap().agreement, agreement(7));
        assert_eq!(page.ledger(DealId(7))?.totals.count, 1);
        Ok(())
    });
}

#[test]
fn a_turn_that_fails_leaves_nothing_behind() {
    let folder = Folder::new();
    let journal = Journal::open(&folder.file(), &owner()).unwrap();
    let failed = block(journal.turn(|page| {
        page.advance(Height(5))?;
        page.known_deal(DealId(99)).map(drop)
    }));
    assert!(matches!(failed, Err(JournalError::UnknownDeal(DealId(99)))));
    assert_eq!(block(journal.turn(|page| page.cursor())).unwrap(), None);
}

#[test]
fn the_cursor_never_goes_back() {
    with(|page| {
        page.advance(Height(9))?;
        page.advance(Height(3))?;
        assert_eq!(page.cursor()?, Some(Height(9)));
        Ok(())
    });
}

#[test]
fn an_end_is_believed_when_it_is_told_twice() {
    with(|page| {
        page.tell_deal(&agreement(7), Height(12))?;
        let mut over = agreement(7);
        over.deal.ended = Some(Reason::Done);
        page.tell_deal(&over, Height(13))?;
        page.tell_deal(&over, Height(13))?;
        assert!(!page.known_deal(DealId(7))?.ended);
        assert_eq!(page.open_ids()?, [DealId(7)]);
        page.tell_deal(&over, Height(14))?;
        assert!(page.known_deal(DealId(7))?.ended);
        assert_eq!(page.open_deals()?, []);
        Ok(())
    });
}

#[test]
fn an_end_that_was_a_mistake_is_forgotten() {
    with(|page| {
        let mut over = agreement(7);
        over.deal.ended = Some(Reason::Done);
        page.tell_deal(&over, Height(13))?;
        page.tell_deal(&agreement(7), Height(14))?;
        page.tell_deal(&over, Height(15))?;
        assert!(!page.known_deal(DealId(7))?.ended);
        Ok(())
    });
}

#[test]
fn what_is_older_than_what_is_known_changes_nothing() {
    with(|page| {
        let mut later = agreement(7);
        later.deal.n = 3;
        page.tell_deal(&later, Height(20))?;
        page.tell_deal(&agreement(7), Height(19))?;
        assert_eq!(page.known_deal(DealId(7))?.agreement.deal.n, 3);
        Ok(())
    });
}

#[test]
fn the_same_request_gets_the_same_answer_and_receipt() {
    with(|page| {
        assert_eq!(page.begin(DealId(7), &made(1).request)?, Standing::New { runs: 1 });
        assert_eq!(page.begin(DealId(7), &made(1).request)?, Standing::New { runs: 2 });
        let given = page.give(&SCOPE, made(1), signed_by)?;
        let other = Made { text: "something else".into(), ..made(1) };
        assert_eq!(page.give(&SCOPE, other, |_| panic!("nothing is signed twice"))?, given);
        assert_eq!(page.begin(DealId(7), &made(1).request)?, Standing::Given(Box::new(given)));
        assert_eq!(page.ledger(DealId(7))?.totals.count, 1);
        Ok(())
    });
}

#[test]
fn leaves_stand_in_the_tree_whose_root_was_signed() {
    with(|page| {
        for request in 1..=5 {
            page.give(&SCOPE, made(request), signed_by)?;
        }
        let leaves = page.leaves(DealId(7), 5)?;
        let tree = ledger::tree(&leaves)?;
        let (totals, root) = page.stood(DealId(7), 5)?.unwrap();
        assert_eq!(totals.spent, Usd::new(20_000_000));
        for (index, signed) in leaves.iter().enumerate() {
            let path = tree.path(index, 5).unwrap();
            let placed = hearth_schema::tree::place(&signed.leaf, 5, &path).unwrap();
            assert_eq!(hearth_schema::tree::root(&SCOPE, 5, &placed.top), root);
        }
        Ok(())
    });
}

fn voucher(page: &Page<'_>, seq: u64, count: u64) -> Voucher {
    let (totals, root) = page.stood(DealId(7), count).unwrap().unwrap();
    Voucher { seq, totals, root, signature: Signature(Binary::from([1; 64])) }
}

#[test]
fn a_voucher_counts_for_what_the_deal_has_counted_and_nothing_else() {
    with(|page| {
        for request in 1..=3 {
            page.give(&SCOPE, made(request), signed_by)?;
        }
        let second = voucher(page, 1, 2);
        assert_eq!(page.accept(DealId(7), &second)?, Accepted::Better);
        assert_eq!(page.accept(DealId(7), &second)?, Accepted::Known);
        assert_eq!(page.accept(DealId(7), &voucher(page, 1, 3))?, Accepted::Known);
        assert_eq!(page.accept(DealId(7), &voucher(page, 2, 1))?, Accepted::Known);
        let lie = Voucher { totals: Totals { spent: Usd::new(1), ..second.totals }, ..voucher(page, 3, 3) };
        assert_eq!(page.accept(DealId(7), &lie)?, Accepted::Lie);
        let lie = Voucher { root: digest::zero(), ..voucher(page, 3, 3) };
        assert_eq!(page.accept(DealId(7), &lie)?, Accepted::Lie);
        let future = Voucher { totals: Totals { count: 4, ..second.totals }, ..second.clone() };
        assert_eq!(page.accept(DealId(7), &future)?, Accepted::Lie);
        assert_eq!(page.voucher(DealId(7))?, Some(second));
        Ok(())
    });
}

#[test]
fn the_widest_bearer_token_is_kept() {
    with(|page| {
        let bearer = |cap, expiry| Bearer {
            expiry: Seconds(expiry),
            cap: Usd::new(cap),
            nonce: Binary::default(),
            signature: Signature(Binary::from([1; 64])),
        };
        page.bear(DealId(7), &bearer(5, 100))?;
        page.bear(DealId(7), &bearer(4, 900))?;
        assert_eq!(page.bearer(DealId(7))?, Some(bearer(5, 100)));
        page.bear(DealId(7), &bearer(5, 200))?;
        assert_eq!(page.bearer(DealId(7))?, Some(bearer(5, 200)));
        Ok(())
    });
}

#[test]
fn a_second_different_commit_is_never_signed_while_the_first_may_reach_the_chain() {
    with(|page| {
        assert_eq!(page.commit(DealId(7), 1, &statement(1))?, statement(1));
        assert_eq!(page.commit(DealId(7), 1, &statement(1))?, statement(1));
        assert_eq!(page.commit(DealId(7), 1, &statement(2))?, statement(1));
        page.bury_commit(DealId(7), 1)?;
        assert_eq!(page.commit(DealId(7), 1, &statement(2))?, statement(2));
        page.store_commit(DealId(7), 1, Height(30))?;
        page.bury_commit(DealId(7), 1)?;
        let differs = page.commit(DealId(7), 1, &statement(3));
        assert!(matches!(differs, Err(JournalError::Differs { .. })));
        assert_eq!(page.open_commits()?.len(), 1);
        page.finish_commit(DealId(7), 1, Verdict::Pass)?;
        assert_eq!(page.open_commits()?, []);
        Ok(())
    });
}

#[test]
fn one_intent_is_under_way_once_and_may_come_again_when_it_is_done() {
    with(|page| {
        let call = Call { contract: "wasm1market".into(), msg: "{}".into() };
        let letter = page.mean("commit 7/1", std::slice::from_ref(&call))?;
        assert_eq!(page.mean("commit 7/1", &[])?, letter);
        page.seal(letter.id, &signed())?;
        assert_eq!(page.letters()?, [Letter { signed: Some(signed()), ..letter.clone() }]);
        page.include(letter.id, Height(39))?;
        assert_eq!(page.letter_count()?, 0);
        assert_ne!(page.mean("commit 7/1", &[])?.id, letter.id);
        Ok(())
    });
}
