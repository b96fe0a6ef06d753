use cosmwasm_std::from_json;

use super::Named;
use crate::market::{Choice, QueryMsg};
use crate::unit::{DealId, OfferId, Seq};

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    from_json::<Named<T>>(json.as_bytes()).ok().map(|Named(value)| value)
}

#[test]
fn a_message_is_read_by_the_names_of_its_fields_in_any_order() {
    let asked = QueryMsg::Commit { deal: DealId(7), n: 2 };
    assert_eq!(read(r#"{"commit":{"deal":7,"n":2}}"#), Some(asked.clone()));
    assert_eq!(read(r#"{"commit":{"n":2,"deal":7}}"#), Some(asked));
    assert_eq!(read(r#"{"seq":2,"offer":7}"#), Some(Choice { offer: OfferId(7), seq: Seq(2) }));
    assert_eq!(read("7"), Some(DealId(7)));
}

#[test]
fn a_message_by_position_is_refused() {
    assert_eq!(read::<QueryMsg>(r#"{"commit":[7,2]}"#), None);
    assert_eq!(read::<Choice>("[7,2]"), None);
}

#[test]
fn unknown_missing_and_repeated_fields_are_refused_with_their_name() {
    let refused = |json: &str| from_json::<Named<QueryMsg>>(json.as_bytes()).unwrap_err().to_string();
    assert!(refused(r#"{"commit":{"deal":7,"n":2,"m":1}}"#).contains("unknown field `m`"));
    assert!(refused(r#"{"commit":{"deal":7}}"#).contains("missing field `n`"));
    assert!(refused(r#"{"commit":{"deal":7,"deal":7}}"#).contains("duplicate field `deal`"));
    assert!(refused(r#"{"commits_of":{}}"#).contains("unknown variant `commits_of`"));
}
