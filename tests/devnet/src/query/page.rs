//! Pages of lists.

use cosmos_sdk_proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};

use crate::fault::{Code, Fault, INVALID_REQUEST};

/// A page has so many entries where the client does not say.
const PAGE: usize = 100;

/// An entry of a list, under its key in the store.
pub type Keyed<T> = (Vec<u8>, T);

/// A page as wasmd asks for it: it always says how long, and nobody counts.
pub fn bounded(asked: Option<PageRequest>) -> Result<Option<PageRequest>, Fault> {
    let asked = asked.unwrap_or_default();
    if asked.offset > 0 || asked.count_total {
        let words = "offset and count queries not supported";
        return Err(INVALID_REQUEST.bare().as_status(Code::InvalidArgument, words));
    }
    let limit = if asked.limit == 0 { u64::try_from(PAGE).unwrap_or(u64::MAX) } else { asked.limit };
    Ok(Some(PageRequest { limit, ..asked }))
}

/// A page of a list: from an offset or a key on.
pub fn page<T>(all: Vec<Keyed<T>>, asked: Option<PageRequest>) -> Result<(Vec<T>, Option<PageResponse>), Fault> {
    let asked = asked.unwrap_or_default();
    if asked.offset > 0 && !asked.key.is_empty() {
        let words = "invalid request, either offset or key is expected, got both";
        return Err(INVALID_REQUEST.bare().as_status(Code::InvalidArgument, words));
    }
    let limit = usize::try_from(asked.limit).ok().filter(|limit| *limit > 0).unwrap_or(PAGE);
    let total = all.len();
    let mut all = all;
    if asked.reverse {
        all.reverse();
    }
    let before = |(key, _): &Keyed<T>| if asked.reverse { *key > asked.key } else { *key < asked.key };
    let start = if asked.key.is_empty() {
        usize::try_from(asked.offset).unwrap_or(usize::MAX)
    } else {
        all.iter().take_while(|entry| before(entry)).count()
    };
    let next_key = all.get(start.saturating_add(limit)).map(|(key, _)| key.clone()).unwrap_or_default();
    let found = all.into_iter().skip(start).take(limit).map(|(_, entry)| entry).collect();
    let counted = asked.key.is_empty() && (asked.count_total || asked.limit == 0);
    let total = if counted { u64::try_from(total).unwrap_or(u64::MAX) } else { 0 };
    Ok((found, Some(PageResponse { next_key, total })))
}
