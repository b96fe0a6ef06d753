use super::*;
use crate::tx::Fee;

fn entry(sequence: u64) -> Entry {
    let signed = Signed {
        chain_id: "hearth-1".into(),
        signer: "wasm1me".into(),
        sequence,
        gas: 1,
        fee: Fee { amount: u128::MAX, denom: "ucosm".into() },
        hash: format!("{sequence:064X}"),
        signed_at: 1,
        timeout_height: 9,
        bytes: vec![1, 2, 3].into(),
    };
    Entry { moves: vec!["something".into()], signed }
}

#[test]
fn what_is_kept_is_read_back_until_it_is_settled() {
    let name = hex::encode(crate::random::bytes::<8>().unwrap());
    let home = std::env::temp_dir().join(format!("hearth-pending-{name}"));
    let pending = Pending::of(&home);
    assert_eq!(pending.all().unwrap(), []);
    let (late, early) = (entry(12), entry(3));
    pending.keep(&late).unwrap();
    pending.keep(&early).unwrap();
    assert_eq!(pending.all().unwrap(), [early.clone(), late.clone()]);
    assert_eq!(pending.get(&late.signed.hash.to_lowercase()).unwrap(), Some(late.clone()));
    assert_eq!(pending.get("../config").unwrap(), None);
    pending.settle(&late.signed, &Outcome::Unknown).unwrap();
    assert_eq!(pending.all().unwrap().len(), 2);
    pending.settle(&late.signed, &Outcome::Dropped).unwrap();
    assert_eq!(pending.all().unwrap(), [early]);
    fs::remove_dir_all(home).unwrap();
}
