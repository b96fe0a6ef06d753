//! Coins: balances, supply, sends, kept and metered as the SDK's bank module does.

use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use cosmwasm_std::Uint256;

use crate::address;
use crate::auth::{CLOSED, DISTRIBUTION, FEE_COLLECTOR};
use crate::chain::{Chain, Entry, Event, Space};
use crate::fault::{EMPTY, Fault, INSUFFICIENT_FUNDS, INVALID_ADDRESS, INVALID_COINS, UNAUTHORIZED};

const SUPPLY: u8 = 0;
const NAMES: u8 = 1;
const BALANCES: u8 = 2;
const HOLDERS: u8 = 3;
const SEND_ENABLED: u8 = 4;
const PARAMS: &[u8] = &[5];
/// Coins may be sent.
const PARAMS_VALUE: [u8; 2] = [0x10, 1];

/// A sum of one denomination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coin {
    /// The denomination.
    pub denom: String,
    /// The sum.
    pub amount: Uint256,
}

/// Coins as the SDK writes them: `5uatom,7ucosm`.
pub fn text(coins: &[Coin]) -> String {
    let each: Vec<String> = coins.iter().map(|coin| format!("{}{}", coin.amount, coin.denom)).collect();
    each.join(",")
}

/// Coins from the wire: sums must be whole and not negative; nothing else is checked yet.
pub fn parse(coins: &[WireCoin]) -> Result<Vec<Coin>, Fault> {
    let whole = |coin: &WireCoin| {
        let amount =
            coin.amount.parse().map_err(|_| INVALID_COINS.because(format!("{}{}", coin.amount, coin.denom)))?;
        Ok(Coin { denom: coin.denom.clone(), amount })
    };
    coins.iter().map(whole).collect()
}

/// Coins for the wire.
pub fn wire(coins: &[Coin]) -> Vec<WireCoin> {
    coins.iter().map(|coin| WireCoin { denom: coin.denom.clone(), amount: coin.amount.to_string() }).collect()
}

/// Whether coins are what the SDK calls valid: denominations well-formed, sorted and different, sums above zero.
pub fn valid(coins: &[Coin]) -> bool {
    let sorted = coins.iter().zip(coins.iter().skip(1)).all(|(one, next)| one.denom < next.denom);
    sorted && coins.iter().all(|coin| denomination(&coin.denom) && !coin.amount.is_zero())
}

/// Why coins of a message are not valid, in the SDK's words.
pub fn check(coins: &[Coin]) -> Result<(), String> {
    let mut seen: Vec<&str> = Vec::new();
    for coin in coins {
        if !denomination(&coin.denom) {
            return Err(format!("invalid denom: {}", coin.denom));
        }
        if coin.amount.is_zero() {
            return Err(format!("coin {}{} amount is not positive", coin.amount, coin.denom));
        }
        match seen.last() {
            Some(last) if *last == coin.denom => return Err(format!("duplicate denomination {}", coin.denom)),
            Some(last) if *last > coin.denom.as_str() => {
                return Err(format!("denomination {} is not sorted", coin.denom));
            }
            _ => seen.push(&coin.denom),
        }
    }
    Ok(())
}

/// Whether a denomination is well-formed.
pub fn denomination(denom: &str) -> bool {
    let letters = |of: char| of.is_ascii_alphanumeric() || "/:._-".contains(of);
    (3..=128).contains(&denom.len())
        && denom.starts_with(|of: char| of.is_ascii_alphabetic())
        && denom.chars().all(letters)
}

impl Chain {
    /// Writes what genesis holds of coins.
    pub fn bank_genesis(&self) -> Result<(), Fault> {
        self.write(Space::Bank, PARAMS, PARAMS_VALUE.to_vec())
    }

    /// Makes coins out of nothing, for genesis and the faucet.
    pub fn mint(&self, to: &[u8], coins: &[Coin]) -> Result<(), Fault> {
        self.ensure_account(to)?;
        for coin in coins {
            let balance = self.balance(to, &coin.denom)?.checked_add(coin.amount).map_err(|_| INVALID_COINS.bare())?;
            self.set_balance(to, &coin.denom, balance)?;
            let supply = self.supply(&coin.denom)?.checked_add(coin.amount).map_err(|_| INVALID_COINS.bare())?;
            self.set_supply(&coin.denom, supply)?;
        }
        Ok(())
    }

    /// What an address has of a denomination.
    pub fn balance(&self, address: &[u8], denom: &str) -> Result<Uint256, Fault> {
        self.read(Space::Bank, &held(address, denom)).map(amount)
    }

    /// All that an address has, each coin of which costs: the first twice, as where an iteration begins.
    pub fn all_balances(&self, address: &[u8]) -> Result<Vec<Coin>, Fault> {
        let prefix = held(address, "");
        let whole = |(denom, value): (Vec<u8>, Vec<u8>)| ([prefix.as_slice(), &denom].concat(), value);
        let entries: Vec<Entry> = self.list(Space::Bank, &prefix).into_iter().map(whole).collect();
        self.pay_step(entries.first())?;
        entries.iter().try_for_each(|entry| self.pay_step(Some(entry)))?;
        Ok(self.balances(address))
    }

    /// Looks for what a denomination is called; none is called anything, but looking costs.
    pub fn look_for_names(&self, denom: &str) -> Result<(), Fault> {
        self.read(Space::Bank, &[&[NAMES], denom.as_bytes()].concat()).map(drop)
    }

    /// All that an address has, for nothing.
    pub fn balances(&self, address: &[u8]) -> Vec<Coin> {
        self.coins(&held(address, ""))
    }

    /// How much there is of a denomination.
    pub fn supply(&self, denom: &str) -> Result<Uint256, Fault> {
        self.read(Space::Bank, &[&[SUPPLY], denom.as_bytes()].concat()).map(amount)
    }

    /// How much there is of everything, for nothing.
    pub fn supplies(&self) -> Vec<Coin> {
        self.coins(&[SUPPLY])
    }

    /// What a message `MsgSend` does.
    pub fn send_message(&self, from: &str, to: &str, coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        let bytes = |address: &str, which: &str| {
            let words = |words| INVALID_ADDRESS.because(format!("invalid {which} address: {words}"));
            self.addresses().coded(address).map_err(words)
        };
        let (from, to_bytes) = (bytes(from, "from")?, bytes(to, "to")?);
        if coins.is_empty() || !valid(coins) {
            return Err(INVALID_COINS.because(text(coins)));
        }
        self.may_be_sent(coins)?;
        self.may_receive(&to_bytes, to)?;
        self.send(&from, &to_bytes, coins, events)
    }

    /// What a message `MsgMultiSend` does: one sender, several receivers.
    pub fn send_many(
        &self,
        from: &str,
        total: &[Coin],
        to: &[(String, Vec<Coin>)],
        events: &mut Vec<Event>,
    ) -> Result<(), Fault> {
        let sender = self.bytes_of(from)?;
        self.may_be_sent(total)?;
        for (address, _) in to {
            self.may_receive(&self.bytes_of(address)?, address)?;
        }
        events.push(Event::new("message", &[("sender", from)]));
        for (address, _) in to {
            self.ensure_account(&self.bytes_of(address)?)?;
        }
        self.take(&sender, total, events)?;
        for (address, coins) in to {
            self.give(&self.bytes_of(address)?, coins, events)?;
            let amount = text(coins);
            let attributes = [("recipient", address.as_str()), ("sender", from), ("amount", &amount)];
            events.push(Event::new("transfer", &attributes));
        }
        Ok(())
    }

    /// Sends funds along with a call of a contract.
    pub fn send_funds(&self, from: &[u8], to: &[u8], coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        self.may_be_sent(coins)?;
        self.may_receive(to, &self.text_of(to))?;
        let mut sent = Vec::new();
        self.send(from, to, coins, &mut sent)?;
        events.extend(sent.into_iter().filter(|event| event.kind != "message"));
        Ok(())
    }

    /// Moves the fees of the block before to those who share them, as every block begins.
    pub fn sweep_fees(&self) -> Result<(), Fault> {
        let (collector, shared) = (address::of_module(FEE_COLLECTOR), address::of_module(DISTRIBUTION));
        let coins = self.balances(&collector);
        if !coins.is_empty() {
            self.send(&collector, &shared, &coins, &mut Vec::new())?;
        }
        Ok(())
    }

    /// Pays a transaction's fee.
    pub fn pay_fee(&self, from: &[u8], coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        let collector = address::of_module(FEE_COLLECTOR);
        self.account(&collector)?;
        self.send(from, &collector, coins, events)
    }

    /// Burns coins of a contract, by way of the wasm module's account.
    pub fn burn(&self, from: &[u8], coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        if coins.iter().all(|coin| coin.amount.is_zero()) {
            return Err(EMPTY.because("amount"));
        }
        self.ensure_module("wasm", &["burner"])?;
        let module = address::of_module("wasm");
        self.send(from, &module, coins, events).map_err(|fault| fault.within("transfer to module"))?;
        self.burn_of_module("wasm", coins, events).map_err(|fault| fault.within("burn coins"))
    }

    /// Burns coins of a module.
    pub fn burn_of_module(&self, module: &str, coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        let module = address::of_module(module);
        self.account(&module)?;
        self.take(&module, coins, events)?;
        for coin in coins {
            let supply = self.supply(&coin.denom)?.checked_sub(coin.amount).map_err(|_| INSUFFICIENT_FUNDS.bare())?;
            self.set_supply(&coin.denom, supply)?;
        }
        let attributes = [("burner", self.text_of(&module)), ("amount", text(coins))];
        events.push(Event::new("burn", &attributes.each_ref().map(|(key, value)| (*key, value.as_str()))));
        Ok(())
    }

    /// Moves coins, to and from modules' accounts too.
    pub fn send(&self, from: &[u8], to: &[u8], coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        if !valid(coins) {
            return Err(INVALID_COINS.because(text(coins)));
        }
        self.take(from, coins, events)?;
        self.give(to, coins, events)?;
        self.ensure_account(to)?;
        let (from, to, amount) = (self.text_of(from), self.text_of(to), text(coins));
        events.push(Event::new("transfer", &[("recipient", &to), ("sender", &from), ("amount", &amount)]));
        events.push(Event::new("message", &[("sender", &from)]));
        Ok(())
    }

    fn take(&self, from: &[u8], coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        // The bank looks for coins that are still vesting.
        self.account(from)?;
        for Coin { denom, amount } in coins {
            let balance = self.balance(from, denom)?;
            let left = balance.checked_sub(*amount).map_err(|_| {
                let words = format!("spendable balance {balance}{denom} is smaller than {amount}{denom}");
                INSUFFICIENT_FUNDS.because(words)
            })?;
            self.set_balance(from, denom, left)?;
        }
        events.push(Event::new("coin_spent", &[("spender", &self.text_of(from)), ("amount", &text(coins))]));
        Ok(())
    }

    fn give(&self, to: &[u8], coins: &[Coin], events: &mut Vec<Event>) -> Result<(), Fault> {
        for Coin { denom, amount } in coins {
            let balance = self.balance(to, denom)?.checked_add(*amount).map_err(|_| INVALID_COINS.bare())?;
            self.set_balance(to, denom, balance)?;
        }
        events.push(Event::new("coin_received", &[("receiver", &self.text_of(to)), ("amount", &text(coins))]));
        Ok(())
    }

    fn may_be_sent(&self, coins: &[Coin]) -> Result<(), Fault> {
        if coins.is_empty() {
            return Ok(());
        }
        self.read(Space::Bank, PARAMS)?;
        for coin in coins {
            self.has(Space::Bank, &[&[SEND_ENABLED], coin.denom.as_bytes()].concat())?;
        }
        Ok(())
    }

    /// Modules' accounts take no coins from users.
    fn may_receive(&self, to: &[u8], text: &str) -> Result<(), Fault> {
        let module = CLOSED.iter().any(|name| address::of_module(name) == to);
        if module { Err(UNAUTHORIZED.because(format!("{text} is not allowed to receive funds"))) } else { Ok(()) }
    }

    fn set_balance(&self, address: &[u8], denom: &str, amount: Uint256) -> Result<(), Fault> {
        let length = u8::try_from(address.len()).unwrap_or(u8::MAX);
        let holder = [&[HOLDERS], denom.as_bytes(), &[0, length], address].concat();
        if amount.is_zero() {
            self.delete(Space::Bank, &holder)?;
            self.delete(Space::Bank, &held(address, denom))
        } else {
            self.write(Space::Bank, &holder, Vec::new())?;
            self.write(Space::Bank, &held(address, denom), amount.to_string().into_bytes())
        }
    }

    fn set_supply(&self, denom: &str, amount: Uint256) -> Result<(), Fault> {
        let key = [&[SUPPLY], denom.as_bytes()].concat();
        if amount.is_zero() {
            self.delete(Space::Bank, &key)
        } else {
            self.write(Space::Bank, &key, amount.to_string().into_bytes())
        }
    }

    fn coins(&self, prefix: &[u8]) -> Vec<Coin> {
        let coin = |(key, value): (Vec<u8>, Vec<u8>)| {
            Some(Coin { denom: String::from_utf8(key).ok()?, amount: amount(Some(value)) })
        };
        self.list(Space::Bank, prefix).into_iter().filter_map(coin).collect()
    }
}

fn held(address: &[u8], denom: &str) -> Vec<u8> {
    let length = u8::try_from(address.len()).unwrap_or(u8::MAX);
    [&[BALANCES, length], address, denom.as_bytes()].concat()
}

fn amount(value: Option<Vec<u8>>) -> Uint256 {
    value.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok()).unwrap_or_default()
}
