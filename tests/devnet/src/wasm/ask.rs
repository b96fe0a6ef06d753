//! What a contract asks of the chain, of the state as it is at that instant.

use cosmwasm_std::{Binary, ContractResult, Order, SystemError, SystemResult, Uint256};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::chain::{Chain, Space};
use crate::fault::{EMPTY, Fault, INVALID, INVALID_ADDRESS, INVALID_REQUEST, NOT_FOUND};
use crate::gas::{self, Meter};
use crate::wasm::json;
use crate::wasm::record::{ContractInfo, key};

/// The coin that would be staked.
const STAKE: &str = "stake";
/// So many bytes the parameters of staking have, with their key.
const STAKING_PARAMS: u64 = 24;

/// What a contract is told.
pub type Told = SystemResult<ContractResult<Binary>>;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Question {
    Bank(Value),
    Wasm(WasmQuestion),
    Staking(Value),
    Ibc(Value),
    #[serde(untagged)]
    Other(Value),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WasmQuestion {
    Smart {
        contract_addr: String,
        msg: Binary,
    },
    Raw {
        contract_addr: String,
        key: Binary,
    },
    RawRange {
        contract_addr: String,
        start: Option<Binary>,
        end: Option<Binary>,
        limit: u16,
        order: String,
    },
    ContractInfo {
        contract_addr: String,
    },
    CodeInfo {
        code_id: u64,
    },
    #[serde(untagged)]
    Other(#[expect(dead_code, reason = "whatever it says, it is unknown")] Value),
}

// Answers have their fields in the order in which wasmd writes them: what a contract reads costs it gas.

#[derive(Serialize)]
struct Amount<T> {
    amount: T,
}

#[derive(Serialize)]
struct Coin {
    denom: String,
    amount: Uint256,
}

#[derive(Serialize)]
struct AboutContract {
    code_id: u64,
    creator: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin: Option<String>,
    pinned: bool,
    ibc2_port: String,
}

#[derive(Serialize)]
struct AboutCode {
    code_id: u64,
    creator: String,
    checksum: String,
}

impl Chain {
    /// Answers a contract, under a limit; what it cost is charged to who asked.
    pub fn ask(&self, asker: &[u8], request: &[u8], limit: u64) -> Result<Told, Fault> {
        let start = self.checkpoint();
        self.push_meter(Meter::of(limit));
        let answer = match serde_json::from_slice(request) {
            Ok(question) => self.answer(asker, question),
            Err(error) => Ok(Err(SystemError::InvalidRequest { error: error.to_string(), request: request.into() })),
        };
        let used = self.pop_meter().used;
        self.revert(start);
        self.consume(used, "contract sub-query")?;
        match answer {
            Ok(Ok(bytes)) => Ok(SystemResult::Ok(ContractResult::Ok(bytes.into()))),
            Ok(Err(system)) => Ok(SystemResult::Err(system)),
            Err(Fault::Refused(refusal)) => Ok(match refusal.system {
                Some(system) => SystemResult::Err(system),
                None => SystemResult::Ok(ContractResult::Err(refusal.redacted())),
            }),
            Err(out) => Err(out),
        }
    }

    fn answer(&self, asker: &[u8], question: Question) -> Result<Result<Vec<u8>, SystemError>, Fault> {
        match question {
            Question::Bank(body) => self.answer_bank(&body),
            Question::Wasm(question) => self.answer_wasm(question),
            Question::Staking(body) if body.get("bonded_denom").is_some() => {
                self.consume(gas::READ + gas::READ_BYTE * STAKING_PARAMS, "ReadFlat")?;
                Ok(Ok(text(&json!({ "denom": STAKE }))))
            }
            Question::Staking(_) => Ok(unsupported("unknown Staking variant")),
            Question::Ibc(body) if body.get("port_id").is_some() => {
                // No contract has a port of its own, but looking costs.
                self.contract(asker)?;
                Ok(Ok(text(&json!({ "port_id": "" }))))
            }
            Question::Ibc(_) => Ok(unsupported("unknown IBCQuery variant")),
            Question::Other(body) => {
                let kind = body.as_object().and_then(|body| body.keys().next()).map_or("", String::as_str);
                Ok(match kind {
                    "stargate" => unsupported("Stargate queries are disabled on this chain"),
                    "grpc" => unsupported("gRPC queries are disabled on this chain"),
                    "custom" => unsupported("custom"),
                    _ => Err(SystemError::Unknown {}),
                })
            }
        }
    }

    fn answer_bank(&self, body: &Value) -> Result<Result<Vec<u8>, SystemError>, Fault> {
        let field = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let coin = |denom: &str, amount: Uint256| Coin { denom: denom.to_owned(), amount };
        if let Some(asked) = body.get("balance") {
            let address = self.asked(&field(asked, "address"))?;
            let denom = field(asked, "denom");
            let amount = self.balance(&address, &denom)?;
            return Ok(Ok(text(&Amount { amount: coin(&denom, amount) })));
        }
        if let Some(asked) = body.get("supply") {
            let denom = field(asked, "denom");
            let amount = self.supply(&denom)?;
            return Ok(Ok(text(&Amount { amount: coin(&denom, amount) })));
        }
        if let Some(asked) = body.get("all_balances") {
            let address = self.asked(&field(asked, "address"))?;
            let amount: Vec<Coin> = self.all_balances(&address)?.iter().map(|of| coin(&of.denom, of.amount)).collect();
            return Ok(Ok(text(&Amount { amount })));
        }
        if let Some(asked) = body.get("denom_metadata") {
            let denom = field(asked, "denom");
            self.look_for_names(&denom)?;
            return Err(NOT_FOUND.because(denom));
        }
        if body.get("all_denom_metadata").is_some() {
            self.pay_step(None)?;
            return Ok(Ok(text(&json!({ "metadata": [] }))));
        }
        Ok(unsupported("unknown BankQuery variant"))
    }

    fn answer_wasm(&self, question: WasmQuestion) -> Result<Result<Vec<u8>, SystemError>, Fault> {
        match question {
            WasmQuestion::Smart { contract_addr, msg } => {
                let address = self.asked(&contract_addr)?;
                if !json::valid(&msg) {
                    return Err(INVALID.bare().within("json msg"));
                }
                self.smart(&address, &msg).map(|answer| Ok(answer.to_vec()))
            }
            WasmQuestion::Raw { contract_addr, key } => {
                let key = [&key::stored(&self.asked(&contract_addr)?), key.as_slice()].concat();
                Ok(Ok(self.read(Space::Wasm, &key)?.unwrap_or_default()))
            }
            WasmQuestion::RawRange { contract_addr, start, end, limit, order } => {
                let address = self.asked(&contract_addr)?;
                let order = match order.as_str() {
                    "ascending" => Order::Ascending,
                    "descending" => Order::Descending,
                    other => return Err(INVALID_REQUEST.because(format!("unknown order {other}"))),
                };
                let bounds = (start.as_deref(), end.as_deref());
                let (found, next) = self.range(&address, bounds, limit.into(), order)?;
                let pair = |(key, value): (Vec<u8>, Vec<u8>)| json!([Binary::from(key), Binary::from(value)]);
                let data: Vec<Value> = found.into_iter().map(pair).collect();
                Ok(Ok(text(&json!({ "data": data, "next_key": next.map(Binary::from) }))))
            }
            WasmQuestion::ContractInfo { contract_addr } => {
                let address = self.asked(&contract_addr)?;
                let info = self.contract(&address)?.ok_or_else(|| self.no_such_contract(&address))?;
                let pinned = self.has(Space::Wasm, &key::pinned(info.code_id))?;
                let ContractInfo { code_id, creator, admin, ibc2_port_id: ibc2_port, .. } = info;
                let admin = Some(admin).filter(|admin| !admin.is_empty());
                Ok(Ok(text(&AboutContract { code_id, creator, admin, pinned, ibc2_port })))
            }
            WasmQuestion::CodeInfo { code_id: 0 } => Err(EMPTY.because("code id")),
            WasmQuestion::CodeInfo { code_id } => {
                let info = self.code(code_id)?;
                let checksum = hex::encode(&info.code_hash);
                Ok(Ok(text(&AboutCode { code_id, creator: info.creator, checksum })))
            }
            WasmQuestion::Other(_) => Ok(unsupported("unknown WasmQuery variant")),
        }
    }

    fn asked(&self, address: &str) -> Result<Vec<u8>, Fault> {
        self.addresses().bytes(address).map_err(|_| INVALID_ADDRESS.because(address))
    }
}

fn unsupported<T>(kind: &str) -> Result<T, SystemError> {
    Err(SystemError::UnsupportedRequest { kind: kind.to_owned() })
}

fn text(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
