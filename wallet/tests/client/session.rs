//! An honest answer is accepted; whatever differs in one is refused by name, and nothing moves.

use hearth_schema::digest::Digest;
use hearth_schema::door::{Ask, Served};
use hearth_schema::leaf::{Finish, Totals};
use hearth_schema::market::{Commit, ProofKind};
use hearth_schema::sign::{self, BadSignature};
use hearth_schema::unit::{DealId, Usd};
use hearth_wallet::key::SecretKey;
use hearth_wallet::seal;
use hearth_wallet::session::{Pact, Session, Stuck, Wrong};
use hearth_wallet::verify::verify;
use proptest::prelude::*;

use crate::stage::{Worker, ask, client, pact, tongue};

const TEXT: &str = "The tokens that a commit was charged.";

/// A session that has asked, and the honest answer to it.
fn served() -> (Session, Worker, Served) {
    let mut session = Session::new(pact(10_000_000_000));
    session.ask(ask(1)).unwrap();
    let mut worker = Worker::of(pact(10_000_000_000));
    let served = worker.serve(&ask(1), TEXT);
    (session, worker, served)
}

/// What a change of an answer, signed by the worker all the same, is refused for.
fn refused(change: impl Fn(&mut Served)) -> Wrong {
    let (mut session, _, _) = served();
    let worker = Worker::of(pact(10_000_000_000));
    let mut served = worker.draft(&ask(1), TEXT);
    change(&mut served);
    worker.sign(&mut served);
    let before = session.clone();
    let wrong = session.accept(&served, Some(TEXT), Some(&tongue()), &client()).unwrap_err();
    assert_eq!(session, before);
    wrong
}

#[test]
fn an_honest_answer_is_accepted_and_vouched_for() {
    let (mut session, mut worker, served) = served();
    let accepted = session.accept(&served, Some(TEXT), Some(&tongue()), &client()).unwrap();
    assert_eq!(session.totals(), &served.totals);
    assert_eq!(session.pending(), []);
    assert_eq!(session.voucher(), Some(&accepted.voucher));
    assert_eq!((accepted.voucher.seq, accepted.voucher.root), (1, served.root));
    let digest = pact(0).scope().voucher(1, &served.totals, &served.root);
    assert_eq!(verify(&pact(0).session_key, &digest, &accepted.voucher.signature), Ok(()));

    session.ask(ask(2)).unwrap();
    let next = worker.serve(&ask(2), "Twice.");
    let accepted = session.accept(&next, None, None, &client()).unwrap();
    assert_eq!((accepted.voucher.seq, accepted.voucher.totals.count), (2, 2));
}

#[test]
fn a_request_is_sealed_with_a_ticket_of_the_session_key() {
    let (session, ..) = served();
    let request = ask(1).digest().unwrap();
    let key = seal::sealing_key(&[4; 32]).unwrap();
    let sealed = session.seal(&request, &key, [6; 32], &client()).unwrap();
    let ticket = pact(0).scope().ticket(pact(0).node, &request);
    assert_eq!(verify(&pact(0).session_key, &ticket.clone().hash(), &sealed.ticket), Ok(()));
    let plain = seal::open(&[4; 32], &ticket.into_bytes(), &sealed.sealed).unwrap();
    assert_eq!(Ask::from_plain(&plain).unwrap(), ask(1));
    assert_eq!(session.seal(&Digest::generate(b"?"), &key, [6; 32], &client()), Err(Stuck::NotAsked));
}

/// Each bit of the answer's JSON is turned: what can still be read and says something else is refused.
#[test]
fn no_single_bit_of_an_answer_can_change() {
    let (session, _, served) = served();
    let json = serde_json::to_vec(&served).unwrap();
    let tongue = tongue();
    let (mut read, before) = (0, session);
    for bit in 0..json.len() * 8 {
        let mut bent = json.clone();
        bent[bit / 8] ^= 1 << (bit % 8);
        let Ok(bent) = serde_json::from_slice::<Served>(&bent) else { continue };
        if bent == served {
            continue;
        }
        read += 1;
        let mut session = before.clone();
        session.accept(&bent, Some(TEXT), Some(&tongue), &client()).unwrap_err();
        assert_eq!(session, before);
    }
    assert!(read > 1_000, "{read} changes could be read");
}

#[test]
fn no_single_bit_of_what_was_heard_can_change() {
    let (session, _, served) = served();
    let tongue = tongue();
    for bit in 0..TEXT.len() * 8 {
        let mut bent = TEXT.as_bytes().to_vec();
        bent[bit / 8] ^= 1 << (bit % 8);
        let Ok(bent) = String::from_utf8(bent) else { continue };
        let wrong = session.clone().accept(&served, Some(&bent), Some(&tongue), &client());
        assert_eq!(wrong.map(|_| ()), Err(Wrong::Text));
    }
}

#[test]
fn what_a_worker_signs_wrongly_is_refused_by_name() {
    let index = refused(|served| served.leaf.index = 1);
    assert_eq!(index, Wrong::Order { index: 1, due: 0 });
    let other = Digest::generate(b"other");
    assert_eq!(refused(|served| served.leaf.request = other), Wrong::NotAsked { request: other });
    assert_eq!(refused(|served| served.request_salt = Some(vec![1; 32].into())), Wrong::RequestSalt);
    assert_eq!(refused(|served| served.salt = vec![5; 15].into()), Wrong::Salt);
    assert_eq!(refused(|served| served.tokens[0] += 1), Wrong::Output);
    let engine = |change: fn(&mut Served)| {
        refused(move |served| {
            change(served);
            served.leaf.engine = served.engine.digest();
        })
    };
    for (field, change) in [
        ("model", (|served| served.engine.model = Digest::generate(b"smaller")) as fn(&mut Served)),
        ("class", |served| served.engine.class = "tolerant".into()),
        ("sampler", |served| served.engine.sampler = "opaque".into()),
        ("seed", |served| served.engine.seed += 1),
    ] {
        assert!(matches!(engine(change), Wrong::Engine { field: named, .. } if named == field), "{field}");
    }
    assert_eq!(refused(|served| served.engine.version = "other".into()), Wrong::EngineDigest);
    assert!(matches!(refused(|served| served.leaf.counts.output += 1), Wrong::Counted { .. }));
    assert_eq!(refused(|served| served.leaf.finish = Finish(4)), Wrong::Finish { said: 4 });
    assert!(matches!(refused(|served| served.leaf.fee = Usd::new(1)), Wrong::Fee { .. }));
}

#[test]
fn a_prompt_counted_too_long_or_an_answer_beyond_its_limit_is_refused() {
    let dear = |change: fn(&mut Served)| {
        refused(move |served| {
            change(served);
            served.leaf.fee = pact(0).weights.fee(pact(0).price, served.leaf.counts).unwrap();
        })
    };
    assert!(matches!(dear(|served| served.leaf.counts.input += 1), Wrong::Prompt { .. }));
    assert!(matches!(dear(|served| served.leaf.counts.cached -= 1), Wrong::Prompt { .. }));
    let long = dear(|served| {
        served.tokens = vec![9; 65];
        served.leaf.counts.output = 65;
        served.leaf.output = sign::output(&[5; 16], &served.tokens);
    });
    assert_eq!(long, Wrong::TooLong { said: 65, most: 64 });
    // Without the tongue a prompt has at most a token a byte, and what a template adds.
    let (mut session, ..) = served();
    let worker = Worker::of(pact(10_000_000_000));
    let mut padded = worker.draft(&ask(1), TEXT);
    padded.leaf.counts.input = 10_000;
    padded.leaf.fee = pact(0).weights.fee(pact(0).price, padded.leaf.counts).unwrap();
    worker.sign(&mut padded);
    assert!(matches!(session.accept(&padded, None, None, &client()), Err(Wrong::Prompt { said: 10_003, .. })));
}

#[test]
fn an_answer_that_passes_what_the_deal_may_charge_is_refused() {
    let (_, _, served) = served();
    let spent = served.totals.spent;
    let mut session = Session::new(pact(spent.u128() - 1));
    session.ask(ask(1)).unwrap();
    let wrong = session.accept(&served, None, None, &client()).unwrap_err();
    assert_eq!(wrong, Wrong::OverMax { spent, max: Usd::new(spent.u128() - 1) });
}

#[test]
fn a_receipt_of_another_worker_deal_or_twin_signature_is_refused() {
    let (session, _, mut served) = served();
    let accept = |served: &Served| session.clone().accept(served, None, None, &client()).map(|_| ());
    let mut high = served.clone();
    let s: [u8; 32] = high.signature.0[32..].try_into().unwrap();
    let s = k256::ecdsa::Signature::from_scalars(s, s).unwrap().split_scalars().1;
    let negated: [u8; 32] = (-*s).to_bytes().into();
    high.signature = sign::Signature([&high.signature.0[..32], &negated].concat().into());
    assert_eq!(accept(&high), Err(Wrong::Signature(BadSignature::HighS)));
    let mut forger = Worker::of(pact(0));
    forger.key = SecretKey::from_bytes(&[3; 32]).unwrap();
    let mut forged = forger.draft(&ask(1), TEXT);
    forger.sign(&mut forged);
    assert_eq!(accept(&forged), Err(Wrong::Signature(BadSignature::Wrong)));
    let elsewhere = Pact { deal: DealId(8), ..pact(10_000_000_000) };
    assert_eq!(accept(&Worker::of(elsewhere).serve(&ask(1), TEXT)), Err(Wrong::Root));
    served.root = Digest::generate(b"other");
    assert_eq!(accept(&served), Err(Wrong::Root));
}

#[test]
fn an_answer_comes_once_and_in_its_order() {
    let (mut session, mut worker, first) = served();
    session.ask(ask(2)).unwrap();
    let second = worker.serve(&ask(2), "Twice.");
    let early = session.accept(&second, None, None, &client()).unwrap_err();
    assert_eq!(early, Wrong::Order { index: 1, due: 0 });
    session.accept(&first, None, None, &client()).unwrap();
    let again = session.accept(&first, None, None, &client()).unwrap_err();
    assert_eq!(again, Wrong::NotAsked { request: first.leaf.request });
    session.accept(&second, None, None, &client()).unwrap();
    assert_eq!((session.totals().count, session.voucher().unwrap().seq), (2, 2));
    // The same request asked anew is another leaf, at another place.
    session.ask(ask(1)).unwrap();
    assert_eq!(session.accept(&first, None, None, &client()).unwrap_err(), Wrong::Order { index: 0, due: 2 });
}

#[test]
fn a_job_answers_the_request_of_its_take_once() {
    let request = ask(1).digest().unwrap();
    let job = Pact { request: Some(request), ..pact(10_000_000_000) };
    let mut session = Session::new(job.clone());
    assert_eq!(session.ask(ask(2)), Err(Stuck::OtherJob));
    assert_eq!(session.ask(ask(1)), Ok(request));
    assert_eq!(session.ask(ask(1)), Ok(request), "asking again is no other request");
    assert_eq!(session.pending().len(), 1);
    let served = Worker::of(job).serve(&ask(1), TEXT);
    session.accept(&served, Some(TEXT), Some(&tongue()), &client()).unwrap();
    assert_eq!(session.ask(ask(1)), Err(Stuck::Done));
}

#[test]
fn a_client_that_was_killed_goes_on_from_what_it_kept() {
    let (session, mut worker, served) = served();
    let kept =
        |session: &Session| -> Session { serde_json::from_str(&serde_json::to_string(session).unwrap()).unwrap() };
    let mut session = kept(&session);
    assert_eq!(session.pending(), [ask(1)]);
    let accepted = session.accept(&served, None, None, &client()).unwrap();
    let mut session = kept(&session);
    assert_eq!(session.voucher(), Some(&accepted.voucher));
    session.ask(ask(2)).unwrap();
    session.accept(&worker.serve(&ask(2), "Twice."), None, None, &client()).unwrap();
    let mut bent = serde_json::to_value(&session).unwrap();
    bent["tally"]["totals"]["spent"] = "1".into();
    assert!(serde_json::from_value::<Session>(bent).is_err(), "totals that its tree does not cost");
}

#[test]
fn a_commit_that_says_something_else_is_refuted_by_the_worker_s_own_receipt() {
    let (mut session, _, served) = served();
    session.accept(&served, None, None, &client()).unwrap();
    let commit = |totals: Totals, root| Commit {
        prev: Totals::default(),
        totals,
        root,
        proof: ProofKind::Job,
        moment: Default::default(),
        bond: Usd::ZERO,
        contested: None,
        verdict: None,
    };
    assert_eq!(session.refute(&commit(served.totals, served.root)), None);
    let dearer = Totals { spent: Usd::new(served.totals.spent.u128() + 1), ..served.totals };
    let receipt = session.refute(&commit(dearer, served.root)).unwrap();
    let digest = pact(0).scope().receipt(&receipt.leaf, &receipt.totals, &receipt.root);
    assert_eq!(verify(&pact(0).worker_key, &digest, &receipt.signature), Ok(()));
    assert!(session.refute(&commit(served.totals, Digest::generate(b"other"))).is_some());
    assert_eq!(session.refute(&commit(Totals { count: 2, ..served.totals }, served.root)), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    /// Whatever comes in whatever order, only the next honest answer moves the state, by exactly itself.
    #[test]
    fn only_the_next_honest_answer_moves_a_session(order in prop::collection::vec(0usize..6, 1..24)) {
        let mut worker = Worker::of(pact(10_000_000_000));
        let mut session = Session::new(pact(10_000_000_000));
        let answers: Vec<Served> = (0..6).map(|number| worker.serve(&ask(number), "Once.")).collect();
        for number in 0..6 {
            session.ask(ask(number)).unwrap();
        }
        let mut next = 0;
        for place in order {
            let before = session.clone();
            let accepted = session.accept(&answers[place], None, None, &client());
            prop_assert_eq!(accepted.is_ok(), place == next);
            if place == next {
                next += 1;
                prop_assert_eq!(*session.totals(), answers[place].totals);
            } else {
                prop_assert_eq!(&session, &before);
            }
        }
        prop_assert_eq!(session.voucher().map_or(0, |voucher| voucher.seq), u64::try_from(next).unwrap());
    }
}
