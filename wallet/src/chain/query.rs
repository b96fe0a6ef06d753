//! Accounts, balances, codes and contracts, as any node of the chain answers for them.

use cosmos_sdk_proto::cosmos::auth::v1beta1::{BaseAccount, QueryAccountRequest, QueryAccountResponse};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{QueryBalanceRequest, QueryBalanceResponse};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryCodesRequest, QueryCodesResponse, QueryContractInfoRequest, QueryContractInfoResponse,
    QueryRawContractStateRequest, QueryRawContractStateResponse, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use hearth_schema::digest::Digest;
use hearth_schema::raw::Key;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tendermint_rpc::Client as _;

use crate::chain::Client;
use crate::error::{Error, Refusal};

/// What a chain knows of an account that signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub number: u64,
    /// The sequence that its next transaction has to have.
    pub sequence: u64,
}

/// A code on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its number.
    pub id: u64,
    /// SHA-256 of its Wasm.
    pub checksum: Digest,
    /// Who uploaded it.
    pub creator: String,
}

/// A contract on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Its code.
    pub code_id: u64,
    /// Who made it.
    pub creator: String,
    /// Who may migrate it; empty where nobody may.
    pub admin: String,
    /// Its label.
    pub label: String,
}

impl Client {
    /// Asks a contract.
    pub async fn smart<A: DeserializeOwned>(&self, contract: &str, query: &impl Serialize) -> Result<A, Error> {
        let query_data = serde_json::to_vec(query).map_err(|error| Error::unreadable("the query", error))?;
        let asked = QuerySmartContractStateRequest { address: contract.to_owned(), query_data };
        let answer: QuerySmartContractStateResponse =
            self.abci("/cosmwasm.wasm.v1.Query/SmartContractState", &asked).await?;
        cosmwasm_std::from_json(&answer.data)
            .map_err(|error| Error::unreadable(format!("the answer of {contract}"), error))
    }

    /// Reads a published record of a contract; nothing where there is none.
    pub async fn raw<T: DeserializeOwned>(&self, contract: &str, key: &Key<T>) -> Result<Option<T>, Error> {
        let asked = QueryRawContractStateRequest { address: contract.to_owned(), query_data: key.bytes().to_vec() };
        let answer: QueryRawContractStateResponse =
            self.abci("/cosmwasm.wasm.v1.Query/RawContractState", &asked).await?;
        if answer.data.is_empty() {
            return Ok(None);
        }
        let value = key.decode(&answer.data);
        value.map(Some).map_err(|error| Error::unreadable(format!("a record of {contract}"), error))
    }

    /// What an address holds of a denomination, in base units.
    pub async fn balance(&self, address: &str, denom: &str) -> Result<u128, Error> {
        let asked = QueryBalanceRequest { address: address.to_owned(), denom: denom.to_owned() };
        let answer: QueryBalanceResponse = self.abci("/cosmos.bank.v1beta1.Query/Balance", &asked).await?;
        let amount = answer.balance.map_or_else(|| "0".to_owned(), |coin| coin.amount);
        amount.parse().map_err(|error| Error::unreadable("the balance", error))
    }

    /// An account; nothing where the address has never received anything.
    pub async fn account(&self, address: &str) -> Result<Option<Account>, Error> {
        self.account_at(address).await.map(|(account, _)| account)
    }

    /// The account, and the height of the state in which it was seen; 0 where it was not.
    pub(crate) async fn account_at(&self, address: &str) -> Result<(Option<Account>, u64), Error> {
        let asked = QueryAccountRequest { address: address.to_owned() };
        let answer: Result<(QueryAccountResponse, u64), Error> =
            self.abci_at("/cosmos.auth.v1beta1.Query/Account", &asked).await;
        let (any, height) = match answer {
            Ok((answer, height)) => (answer.account, height),
            Err(Error::Refused(refusal) | Error::Funds(refusal)) if refusal.words.contains("not found") => (None, 0),
            Err(error) => return Err(error),
        };
        let Some(any) = any else { return Ok((None, height)) };
        let account =
            BaseAccount::decode(any.value.as_slice()).map_err(|error| Error::unreadable("the account", error))?;
        Ok((Some(Account { number: account.account_number, sequence: account.sequence }), height))
    }

    /// All codes on the chain, the oldest first.
    pub async fn codes(&self) -> Result<Vec<Code>, Error> {
        let mut codes = Vec::new();
        let mut key = Vec::new();
        loop {
            let pagination = Some(PageRequest { key, limit: 100, ..PageRequest::default() });
            let asked = QueryCodesRequest { pagination };
            let answer: QueryCodesResponse = self.abci("/cosmwasm.wasm.v1.Query/Codes", &asked).await?;
            for info in answer.code_infos {
                let checksum = Digest::try_from(info.data_hash.as_slice())
                    .map_err(|error| Error::unreadable("the checksum of a code", error))?;
                codes.push(Code { id: info.code_id, checksum, creator: info.creator });
            }
            key = answer.pagination.map(|page| page.next_key).unwrap_or_default();
            if key.is_empty() {
                return Ok(codes);
            }
        }
    }

    /// A contract; nothing where none stands at this address.
    pub async fn contract(&self, address: &str) -> Result<Option<Contract>, Error> {
        let asked = QueryContractInfoRequest { address: address.to_owned() };
        let answer: Result<QueryContractInfoResponse, Error> =
            self.abci("/cosmwasm.wasm.v1.Query/ContractInfo", &asked).await;
        match answer {
            Ok(answer) => Ok(answer.contract_info.map(|info| Contract {
                code_id: info.code_id,
                creator: info.creator,
                admin: info.admin,
                label: info.label,
            })),
            Err(Error::Refused(refusal)) if refusal.words.contains("no such contract") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What a transaction would use; its signature is not looked at.
    pub(crate) async fn simulate(&self, tx_bytes: Vec<u8>) -> Result<u64, Error> {
        #[expect(deprecated, reason = "the field is part of the message")]
        let asked = SimulateRequest { tx: None, tx_bytes };
        let answer: SimulateResponse = self.abci("/cosmos.tx.v1beta1.Service/Simulate", &asked).await?;
        Ok(answer.gas_info.unwrap_or_default().gas_used)
    }

    async fn abci<Q: Message, A: Message + Default>(&self, path: &str, asked: &Q) -> Result<A, Error> {
        self.abci_at(path, asked).await.map(|(answer, _)| answer)
    }

    /// The answer, and the height of the state that it is of.
    async fn abci_at<Q: Message, A: Message + Default>(&self, path: &str, asked: &Q) -> Result<(A, u64), Error> {
        let data = asked.encode_to_vec();
        let answer = self
            .ask(|rpc| {
                let (path, data) = (path.to_owned(), data.clone());
                async move { rpc.abci_query(Some(path), data, None, false).await }
            })
            .await?;
        if answer.code.is_err() {
            return Err(Refusal::of(&answer.codespace, answer.code.value(), &answer.log).sorted());
        }
        let height = answer.height.value();
        let read = A::decode(answer.value.as_slice()).map(|read| (read, height));
        read.map_err(|error| Error::unreadable(format!("the answer to {path}"), error))
    }
}
