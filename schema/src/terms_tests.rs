use super::*;

fn changed(change: impl FnOnce(&mut Profile)) -> Result<(), OutOfBounds> {
    let mut profile = Profile::production();
    change(&mut profile);
    profile.check()
}

#[test]
fn both_profiles_are_within_their_bounds() {
    assert_eq!(Profile::production().check(), Ok(()));
    assert_eq!(Profile::short().check(), Ok(()));
}

#[test]
fn a_clock_out_of_its_bounds_names_itself() {
    let field = |change: fn(&mut Profile)| changed(change).unwrap_err().field;
    assert_eq!(field(|p| p.terms.clocks.first_commit = Seconds(59)), "first_commit");
    assert_eq!(field(|p| p.terms.clocks.last_commit = Seconds(6 * HOUR + 1)), "last_commit");
    assert_eq!(field(|p| p.terms.clocks.beacon_grid = 0), "beacon_grid");
    assert_eq!(field(|p| p.terms.clocks.audit_window = Seconds(9)), "audit_window");
    assert_eq!(field(|p| p.terms.clocks.block_ms = 0), "block_ms");
    assert_eq!(field(|p| p.terms.unsigned_cap = Usd::new(1_000_000_000_001)), "unsigned_cap");
    assert_eq!(field(|p| p.terms.slash = 2), "slash");
    assert_eq!(field(|p| p.terms.sampling.saving = Bps(0)), "sampling.saving");
    assert_eq!(field(|p| p.fresh = Seconds(29)), "fresh");
    assert_eq!(field(|p| p.unbonding = Seconds(10 * DAY)), "unbonding");
}

#[test]
fn a_split_adds_up_to_the_whole_and_destroys_something() {
    assert!(changed(|p| p.terms.split.treasury = Bps(0)).is_err());
    assert!(changed(|p| (p.terms.split.treasury, p.terms.split.provider) = (Bps(0), Bps(9_300))).is_ok());
    assert!(changed(|p| (p.terms.split.destroyed, p.terms.split.provider) = (Bps(0), Bps(9_600))).is_err());
}
