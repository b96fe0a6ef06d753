//! What is checked and paid before a transaction's messages, in wasmd's order and at its prices.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::SignerInfo;
use prost::Message as _;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

use crate::auth::{Account, LONGEST_MEMO, MOST_SIGNATURES};
use crate::bank::{self, Coin};
use crate::chain::{Chain, Event, Space};
use crate::fault::{
    Fault, INSUFFICIENT_FEE, INSUFFICIENT_FUNDS, INVALID_GAS, INVALID_PUBKEY, INVALID_REQUEST, MEMO_TOO_LARGE,
    NO_SIGNATURES, PANIC, TOO_MANY_SIGNATURES, TX_PARSE, TX_TIMEOUT, UNAUTHORIZED, UNKNOWN_ADDRESS, WRONG_SEQUENCE,
    as_text,
};
use crate::gas;
use crate::price::GasPrice;
use crate::tx::Decoded;
use crate::tx::run::Mode;
use crate::tx::sign;
use crate::wasm::record::key;

/// The most gas that a transaction can ask for.
const MOST_GAS: u64 = u64::MAX >> 1;
/// What a simulation counts for a signature that is still missing: 112 bytes.
const MISSING_SIGNATURE: u64 = 112;

/// What the checks need to know of the chain.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The chain's name, which signers sign.
    pub chain_id: String,
    /// The least that a unit of gas may cost.
    pub gas_price: GasPrice,
}

impl Chain {
    /// Checks and pays; the events of it.
    pub fn ante(&self, tx: &Decoded, terms: &Terms, mode: Mode) -> Result<Vec<Event>, Fault> {
        let simulating = mode == Mode::Simulate;
        if !simulating {
            self.count_transaction()?;
        }
        for _ in &tx.messages {
            self.switched_on()?;
        }
        let signers = tx.signers();
        check_shape(tx, &signers)?;
        let height = self.block().height;
        if tx.body.timeout_height != 0 && height > tx.body.timeout_height {
            let words = format!("block height: {height}, timeout height: {}", tx.body.timeout_height);
            return Err(TX_TIMEOUT.because(words));
        }
        if !tx.body.memo.is_empty() {
            self.auth_params()?;
            if tx.body.memo.len() > LONGEST_MEMO {
                let long = tx.body.memo.len();
                let words = format!("maximum number of characters is {LONGEST_MEMO} but received {long} characters");
                return Err(MEMO_TOO_LARGE.because(words));
            }
        }
        self.pay_for_size(tx, &signers, simulating)?;
        let mut events = Vec::new();
        self.pay(tx, terms, mode, &mut events)?;
        self.check_signers(tx, &signers, terms, simulating, &mut events)?;
        Ok(events)
    }

    /// wasmd numbers the transactions of a block.
    fn count_transaction(&self) -> Result<(), Fault> {
        self.read(Space::Wasm, key::TX_COUNTER)?;
        let index = self.current().map_or(0, |current| current.index);
        let value = [&self.block().height.to_be_bytes()[..], &(index + 1).to_be_bytes()].concat();
        self.write(Space::Wasm, key::TX_COUNTER, value)
    }

    fn pay_for_size(&self, tx: &Decoded, signers: &[String], simulating: bool) -> Result<(), Fault> {
        self.auth_params()?;
        self.consume(gas::TX_BYTE.saturating_mul(tx.size), "txSize")?;
        if simulating {
            for (nth, signer) in signers.iter().enumerate() {
                if tx.raw.signatures.get(nth).is_none_or(Vec::is_empty) {
                    self.account(&self.bytes_of(signer)?)?;
                    self.consume(gas::TX_BYTE * MISSING_SIGNATURE, "txSize")?;
                }
            }
        }
        Ok(())
    }

    fn pay(&self, tx: &Decoded, terms: &Terms, mode: Mode, events: &mut Vec<Event>) -> Result<(), Fault> {
        let fee = tx.fee();
        if mode != Mode::Simulate && fee.gas_limit == 0 {
            return Err(INVALID_GAS.because("must provide positive gas"));
        }
        let coins = bank::parse(&fee.amount)?;
        if mode == Mode::Check {
            terms.check_fee(&coins, fee.gas_limit)?;
        }
        if !fee.granter.is_empty() && fee.granter != tx.payer() {
            let (granter, payer) = (self.bytes_of(&fee.granter)?, self.bytes_of(&tx.payer())?);
            let words = format!("{} does not allow to pay fees for {}", as_text(&granter), as_text(&payer));
            return Err(crate::fault::NOT_FOUND.because("fee-grant not found").within(words));
        }
        let payer = tx.payer();
        let address = self.bytes_of(&payer)?;
        if self.account(&address)?.is_none() {
            return Err(UNKNOWN_ADDRESS.because(format!("fee payer address: {} does not exist", as_text(&address))));
        }
        if coins.iter().any(|coin| !coin.amount.is_zero()) {
            if !bank::valid(&coins) {
                return Err(INSUFFICIENT_FEE.because(format!("invalid fee amount: {}", bank::text(&coins))));
            }
            self.pay_fee(&address, &coins, events).map_err(short_of_funds)?;
        }
        events.push(Event::new("tx", &[("fee", &bank::text(&coins)), ("fee_payer", &payer)]));
        Ok(())
    }

    /// Checks keys, sequences and signatures, and counts the sequences up.
    fn check_signers(
        &self,
        tx: &Decoded,
        signers: &[String],
        terms: &Terms,
        simulating: bool,
        events: &mut Vec<Event>,
    ) -> Result<(), Fault> {
        let addresses = signers.iter().map(|signer| self.bytes_of(signer)).collect::<Result<Vec<_>, _>>()?;
        let infos = &tx.auth.signer_infos;
        for ((signer, address), info) in signers.iter().zip(&addresses).zip(infos) {
            self.learn_key(signer, address, info, simulating)?;
        }
        for (nth, (signer, info)) in signers.iter().zip(infos).enumerate() {
            events.push(Event::new("tx", &[("acc_seq", &format!("{signer}/{}", info.sequence))]));
            let signature = tx.raw.signatures.get(nth).map(|bytes| BASE64.encode(bytes)).unwrap_or_default();
            events.push(Event::new("tx", &[("signature", &signature)]));
        }
        self.auth_params()?;
        if infos.len() > MOST_SIGNATURES {
            let words = format!("signatures: {}, limit: {MOST_SIGNATURES}", infos.len());
            return Err(TOO_MANY_SIGNATURES.because(words));
        }
        self.auth_params()?;
        for (signer, address) in signers.iter().zip(&addresses) {
            self.signer(signer, address)?;
            self.consume(gas::SIGNATURE, "ante verify: secp256k1")?;
        }
        for (nth, ((signer, address), info)) in signers.iter().zip(&addresses).zip(infos).enumerate() {
            let account = self.signer(signer, address)?;
            let expected = account.base.sequence + self.pending(signer);
            if info.sequence != expected {
                let words = format!("account sequence mismatch, expected {expected}, got {}", info.sequence);
                return Err(WRONG_SEQUENCE.because(words));
            }
            if !simulating {
                if info.public_key.is_none() {
                    // wasmd looks for the key here, where the account's would do.
                    let words = "recovered: runtime error: invalid memory address or nil pointer dereference";
                    return Err(PANIC.because(words));
                }
                let signature = tx.raw.signatures.get(nth).map(Vec::as_slice).unwrap_or_default();
                check_signature(tx, terms, (&account, expected), info, signature)?;
            }
        }
        for (signer, address) in signers.iter().zip(&addresses) {
            let mut account = self.signer(signer, address)?;
            account.base.sequence += 1;
            self.set_account(address, &account)?;
        }
        Ok(())
    }

    /// Takes the public key of an account that has shown none so far.
    fn learn_key(&self, signer: &str, address: &[u8], info: &SignerInfo, simulating: bool) -> Result<(), Fault> {
        let key = match &info.public_key {
            None if !simulating => return Ok(()),
            None => vec![2; 33],
            Some(any) if any.type_url == "/cosmos.crypto.secp256k1.PubKey" => {
                PubKey::decode(any.value.as_slice()).map_err(|error| TX_PARSE.because(error))?.key
            }
            Some(any) => return Err(TX_PARSE.because(format!("unable to resolve type URL {}", any.type_url))),
        };
        if !simulating && !Ripemd160::digest(Sha256::digest(&key)).iter().eq(address) {
            let words = format!("pubKey does not match signer address {signer} with signer index: 0");
            return Err(INVALID_PUBKEY.because(words));
        }
        let mut account = self.signer(signer, address)?;
        if account.base.pub_key.is_none() {
            account.set_key(key);
            self.set_account(address, &account)?;
        }
        Ok(())
    }

    fn signer(&self, signer: &str, address: &[u8]) -> Result<Account, Fault> {
        self.account(address)?.ok_or_else(|| UNKNOWN_ADDRESS.because(format!("account {signer} does not exist")))
    }
}

impl Terms {
    /// Whether a fee pays for the gas at the least price.
    fn check_fee(&self, coins: &[Coin], gas: u64) -> Result<(), Fault> {
        let required = self.gas_price.of(gas);
        let enough = coins.iter().any(|coin| coin.denom == required.denom && coin.amount >= required.amount);
        if required.amount.is_zero() || enough {
            return Ok(());
        }
        let words = format!("insufficient fees; got: {} required: {}", bank::text(coins), bank::text(&[required]));
        Err(INSUFFICIENT_FEE.because(words))
    }
}

/// What can be seen of a transaction without the state.
fn check_shape(tx: &Decoded, signers: &[String]) -> Result<(), Fault> {
    let gas = tx.fee().gas_limit;
    if gas > MOST_GAS {
        return Err(INVALID_REQUEST.because(format!("invalid gas supplied; {gas} > {MOST_GAS}")));
    }
    let signatures = tx.raw.signatures.len();
    if signatures == 0 {
        return Err(NO_SIGNATURES.bare());
    }
    if signatures != signers.len() || tx.auth.signer_infos.len() != signers.len() {
        let words = format!("wrong number of signers; expected {}, got {signatures}", signers.len());
        return Err(UNAUTHORIZED.because(words));
    }
    Ok(())
}

fn check_signature(
    tx: &Decoded,
    terms: &Terms,
    (account, sequence): (&Account, u64),
    info: &SignerInfo,
    signature: &[u8],
) -> Result<(), Fault> {
    let Some(key) = account.key() else { return Err(INVALID_PUBKEY.because("pubkey on account is not set")) };
    let (chain, number) = (&terms.chain_id, account.base.account_number);
    let mode = sign::mode(info.mode_info.as_ref());
    let document = mode.and_then(|mode| sign::document(tx, mode, chain, number, sequence));
    if document.is_some_and(|document| sign::verify(&key, &document, signature)) {
        return Ok(());
    }
    let which = format!("signature verification failed; please verify account number ({number})");
    Err(UNAUTHORIZED.because(if mode == Some(SignMode::LegacyAminoJson) {
        format!("{which}, sequence ({sequence}) and chain-id ({chain})")
    } else {
        format!("{which} and chain-id ({chain}): (unable to verify single signer signature)")
    }))
}

/// The fee's payer is short of funds, whatever the bank said.
fn short_of_funds(fault: Fault) -> Fault {
    match fault {
        Fault::Refused(refusal) => INSUFFICIENT_FUNDS.because(refusal.log),
        out => out,
    }
}
