use super::{available, fits, needed, of_meminfo};
use crate::Error;

#[test]
fn the_machine_s_memory_is_read_in_bytes() {
    let text = "MemTotal:       24622388 kB\nMemFree:         1000000 kB\nMemAvailable:   17825792 kB\n";
    assert_eq!(of_meminfo(text), Some(17_825_792 * 1024));
    assert_eq!(of_meminfo("MemAvailable: a lot"), None);
    assert!(cfg!(not(target_os = "linux")) || available().is_some());
}

#[test]
fn a_model_needs_a_tenth_more_and_its_cache() {
    assert_eq!(needed(1000, 50), 1150);
    assert_eq!(needed(u64::MAX, 1), u64::MAX);
}

#[test]
fn what_is_just_allowed_fits() {
    assert_eq!(fits(10, Some(10), ""), Ok(()));
    assert_eq!(fits(10, None, ""), Ok(()));
    assert!(matches!(fits(11, Some(10), ""), Err(Error::Memory { needed: 11, allowed: 10, .. })));
}
