use hearth_schema::terms::Profile;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn split() -> Split {
    Profile::production().terms.split
}

fn tokens(units: u128) -> TokenAmount {
    TokenAmount::new(units)
}

#[test]
fn the_example_of_the_protocol_balances_to_the_unit() {
    let mut books = Books::default();
    books.deposit(tokens(100_000_000)).unwrap();
    books.lock(tokens(21_000_000)).unwrap();
    books.charge(tokens(8_000_000)).unwrap();
    books.charge(tokens(12_000_000)).unwrap();
    let shares = books.settle(tokens(8_000_000), &split()).unwrap();
    let expected = Shares {
        provider: tokens(7_360_000),
        audit: tokens(240_000),
        treasury: tokens(80_000),
        destroyed: tokens(320_000),
    };
    assert_eq!(shares, expected);
    books.refund(tokens(12_000_000)).unwrap();
    books.release(tokens(1_000_000)).unwrap();
    assert_eq!(books.accounts, tokens(92_000_000));
    assert_eq!(books.burn(), tokens(8_000_000));
    books.mint(shares.provider).unwrap();
    assert_eq!((books.unclaimed, books.minted), (tokens(320_000), tokens(7_360_000)));
    assert_eq!((books.escrows, books.pending, books.burn_due), (tokens(0), tokens(0), tokens(0)));
}

#[test]
fn a_unit_that_cannot_be_split_is_destroyed() {
    let shares = Shares::of(tokens(1), &split()).unwrap();
    assert_eq!((shares.issued().unwrap(), shares.destroyed), (tokens(0), tokens(1)));
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Deposit,
    Withdraw,
    Lock,
    Charge,
    Settle,
    Refund,
    Release,
    Burn,
    Mint,
}

fn acts() -> impl Strategy<Value = Vec<(Act, u128)>> {
    use Act::*;
    let act = proptest::sample::select(vec![Deposit, Withdraw, Lock, Charge, Settle, Refund, Release, Burn, Mint]);
    vec((act, 0u128..1_000_000), 1..200)
}

proptest! {
    #[test]
    fn the_laws_hold_through_any_history(acts in acts()) {
        let (mut books, mut balance) = (Books::default(), 0u128);
        for (act, amount) in acts {
            let before = books;
            let amount = tokens(amount);
            let done = match act {
                Act::Deposit => books.deposit(amount).map(|()| balance += amount.u128()),
                Act::Withdraw => books.withdraw(amount).map(|()| balance -= amount.u128()),
                Act::Lock => books.lock(amount),
                Act::Charge => books.charge(amount),
                Act::Settle => books.settle(amount, &split()).map(|_| ()),
                Act::Refund => books.refund(amount),
                Act::Release => books.release(amount),
                Act::Burn => {
                    balance -= books.burn().u128();
                    Ok(())
                }
                Act::Mint => books.mint(amount),
            };
            if done.is_err() {
                books = before;
            }
            prop_assert_eq!(books.held().unwrap().u128(), balance);
            let owed = books.minted.plus(books.unclaimed).unwrap();
            prop_assert_eq!(owed.plus(books.destroyed).unwrap(), books.burned.plus(books.emitted).unwrap());
            prop_assert!(books.audit_pool <= books.unclaimed, "nobody mints what the audit pool is owed");
        }
    }

    #[test]
    fn shares_add_up_to_the_charge(charge in any::<u128>()) {
        let shares = Shares::of(tokens(charge), &split()).unwrap();
        prop_assert_eq!(shares.issued().unwrap().plus(shares.destroyed).unwrap(), tokens(charge));
        prop_assert!(shares.destroyed >= tokens(charge).mul_div_floor(400, 10_000).unwrap());
    }
}
