//! A client of a few lines on cosmrs and tendermint-rpc, both as they are published.

use std::path::PathBuf;
use std::time::Duration;

use cosmrs::crypto::secp256k1::SigningKey;
use cosmrs::proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse};
use cosmrs::proto::cosmos::bank::v1beta1::MsgSend;
use cosmrs::proto::cosmos::base::v1beta1::Coin;
use cosmrs::proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmrs::proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgStoreCode, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use cosmrs::tx::{Body, Fee, SignDoc, SignerInfo};
use cosmrs::{Any, Coin as FeeCoin};
use prost::{Message, Name};
use serde_json::Value;
use tendermint_rpc::endpoint::tx::Response as Found;
use tendermint_rpc::{Client, HttpClient, Url};

use hearth_devnet::accounts::KnownAccount;
use hearth_devnet::{Config, Devnet, spawn};

/// A chain for one test.
pub(crate) fn chain() -> Devnet {
    spawn(Config::default()).unwrap()
}

/// One who signs.
pub(crate) struct Wallet {
    pub(crate) rpc: HttpClient,
    pub(crate) address: String,
    pub(crate) chain_id: String,
    key: SigningKey,
}

/// The cw20 of the suite, as it is shipped.
pub(crate) fn token() -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../artifacts/token.wasm");
    std::fs::read(path).unwrap()
}

impl Wallet {
    pub(crate) fn of(rpc: &str, account: &KnownAccount) -> Self {
        Self {
            rpc: HttpClient::new(rpc.parse::<Url>().unwrap()).unwrap(),
            address: account.address.clone(),
            chain_id: "hearth-1".to_owned(),
            key: SigningKey::from_slice(&account.key).unwrap(),
        }
    }

    pub(crate) async fn query<Q: Message, A: Message + Default>(&self, path: &str, asked: Q) -> Result<A, String> {
        let answer = self.rpc.abci_query(Some(path.to_owned()), asked.encode_to_vec(), None, false).await.unwrap();
        if answer.code.is_err() { Err(answer.log) } else { Ok(A::decode(answer.value.as_slice()).unwrap()) }
    }

    pub(crate) async fn account(&self) -> BaseAccount {
        let asked = QueryAccountRequest { address: self.address.clone() };
        let answer: QueryAccountResponse = self.query("/cosmos.auth.v1beta1.Query/Account", asked).await.unwrap();
        BaseAccount::decode(answer.account.unwrap().value.as_slice()).unwrap()
    }

    /// Signed bytes, under the next sequence and so many more.
    pub(crate) async fn sign(&self, messages: Vec<Any>, gas: u64, ahead: u64) -> Vec<u8> {
        let account = self.account().await;
        self.sign_as(messages, gas, account.account_number, account.sequence + ahead)
    }

    pub(crate) fn sign_as(&self, messages: Vec<Any>, gas: u64, number: u64, sequence: u64) -> Vec<u8> {
        let coin = FeeCoin { denom: "ucosm".parse().unwrap(), amount: u128::from(gas).div_ceil(40) };
        let auth = SignerInfo::single_direct(Some(self.key.public_key()), sequence)
            .auth_info(Fee::from_amount_and_gas(coin, gas));
        let body = Body::new(messages, "", 0u32);
        let document = SignDoc::new(&body, &auth, &self.chain_id.parse().unwrap(), number).unwrap();
        document.sign(&self.key).unwrap().to_bytes().unwrap()
    }

    /// Sends and waits for the block. Each byte may cost 20 of gas beside the two million.
    pub(crate) async fn send(&self, messages: Vec<Any>) -> Found {
        let size: usize = messages.iter().map(|message| message.value.len()).sum();
        let large = if size > 10_000 { 20 * size as u64 } else { 0 };
        self.send_with(messages, 2_000_000 + large).await
    }

    /// Sends with so much gas and waits for the block.
    pub(crate) async fn send_with(&self, messages: Vec<Any>, gas: u64) -> Found {
        let bytes = self.sign(messages, gas, 0).await;
        let sent = self.rpc.broadcast_tx_sync(bytes).await.unwrap();
        assert!(sent.code.is_ok(), "{}", sent.log);
        loop {
            match self.rpc.tx(sent.hash, false).await {
                Ok(found) => return found,
                Err(_) => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        }
    }

    pub(crate) async fn simulate(&self, messages: Vec<Any>) -> Result<u64, String> {
        let tx_bytes = self.sign(messages, 0, 0).await;
        #[expect(deprecated, reason = "the field is part of the message")]
        let asked = SimulateRequest { tx: None, tx_bytes };
        let answer: SimulateResponse = self.query("/cosmos.tx.v1beta1.Service/Simulate", asked).await?;
        Ok(answer.gas_info.unwrap().gas_used)
    }

    pub(crate) fn pay(&self, to: &str, amount: u128) -> Any {
        let coin = Coin { denom: "ucosm".to_owned(), amount: amount.to_string() };
        any(&MsgSend { from_address: self.address.clone(), to_address: to.to_owned(), amount: vec![coin] })
    }

    pub(crate) fn upload(&self, wasm: Vec<u8>) -> Any {
        any(&MsgStoreCode { sender: self.address.clone(), wasm_byte_code: wasm, instantiate_permission: None })
    }

    pub(crate) fn make_token(&self, code_id: u64) -> Any {
        let msg = serde_json::json!({
            "name": "Probe", "symbol": "PRB", "decimals": 6, "mint": { "minter": self.address },
            "initial_balances": [{ "address": self.address, "amount": "1000000" }],
        });
        let (sender, label) = (self.address.clone(), "probe".to_owned());
        let msg = msg.to_string().into_bytes();
        any(&MsgInstantiateContract { sender, admin: String::new(), code_id, label, msg, funds: vec![] })
    }

    pub(crate) fn tell(&self, contract: &str, msg: &Value) -> Any {
        let (sender, contract) = (self.address.clone(), contract.to_owned());
        any(&MsgExecuteContract { sender, contract, msg: msg.to_string().into_bytes(), funds: vec![] })
    }

    /// Asks a contract.
    pub(crate) async fn ask(&self, contract: &str, query: &Value) -> Result<Vec<u8>, String> {
        let asked =
            QuerySmartContractStateRequest { address: contract.to_owned(), query_data: query.to_string().into_bytes() };
        let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
        let answer: QuerySmartContractStateResponse = self.query(path, asked).await?;
        Ok(answer.data)
    }

    /// A token of one's own.
    pub(crate) async fn token(&self) -> String {
        let stored = self.send(vec![self.upload(token())]).await;
        let code = attribute(&stored, "store_code", "code_id").parse().unwrap();
        let made = self.send(vec![self.make_token(code)]).await;
        attribute(&made, "instantiate", "_contract_address")
    }
}

pub(crate) fn any<M: Message + Name>(message: &M) -> Any {
    Any { type_url: M::type_url(), value: message.encode_to_vec() }
}

pub(crate) fn attribute(found: &Found, kind: &str, key: &str) -> String {
    let events = found.tx_result.events.iter().filter(|event| event.kind == kind);
    let mut attributes = events.flat_map(|event| &event.attributes);
    attributes.find(|attribute| attribute.key_str().is_ok_and(|of| of == key)).unwrap().value_str().unwrap().to_owned()
}
