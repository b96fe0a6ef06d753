//! Questions about coins.

use cosmos_sdk_proto::cosmos::bank::v1beta1 as bank;
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as WireCoin;
use prost::Message;

use crate::bank::{Coin, denomination, wire};
use crate::fault::{Code, Fault, INVALID_REQUEST};
use crate::node::Node;
use crate::query::page::{Keyed, page};
use crate::query::{read, unknown};

/// Answers a method of the bank module.
pub fn answer(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    let chain = &node.chain;
    let coin = |denom: String, amount: cosmwasm_std::Uint256| Some(WireCoin { denom, amount: amount.to_string() });
    match method {
        "Balance" => {
            let asked: bank::QueryBalanceRequest = read(data)?;
            named(&asked.denom)?;
            let address = holder(node, &asked.address)?;
            let amount = chain.balance(&address, &asked.denom)?;
            Ok(bank::QueryBalanceResponse { balance: coin(asked.denom, amount) }.encode_to_vec())
        }
        "AllBalances" => {
            let asked: bank::QueryAllBalancesRequest = read(data)?;
            let all = chain.balances(&holder(node, &asked.address)?);
            let (balances, pagination) = page(by_denom(&all), asked.pagination)?;
            Ok(bank::QueryAllBalancesResponse { balances, pagination }.encode_to_vec())
        }
        "SpendableBalances" => {
            let asked: bank::QuerySpendableBalancesRequest = read(data)?;
            let all = chain.balances(&holder(node, &asked.address)?);
            let (balances, pagination) = page(by_denom(&all), asked.pagination)?;
            Ok(bank::QuerySpendableBalancesResponse { balances, pagination }.encode_to_vec())
        }
        "SupplyOf" => {
            let asked: bank::QuerySupplyOfRequest = read(data)?;
            named(&asked.denom)?;
            let amount = chain.supply(&asked.denom)?;
            Ok(bank::QuerySupplyOfResponse { amount: coin(asked.denom, amount) }.encode_to_vec())
        }
        "TotalSupply" => {
            let asked: bank::QueryTotalSupplyRequest = read(data)?;
            let (supply, pagination) = page(by_denom(&chain.supplies()), asked.pagination)?;
            Ok(bank::QueryTotalSupplyResponse { supply, pagination }.encode_to_vec())
        }
        "Params" => {
            #[expect(deprecated, reason = "the field is part of the message")]
            let params = bank::Params { send_enabled: Vec::new(), default_send_enabled: true };
            Ok(bank::QueryParamsResponse { params: Some(params) }.encode_to_vec())
        }
        "DenomsMetadata" => {
            let pagination = Some(PageResponse::default());
            Ok(bank::QueryDenomsMetadataResponse { metadatas: Vec::new(), pagination }.encode_to_vec())
        }
        _ => Err(unknown()),
    }
}

/// Whose coins are asked for.
fn holder(node: &Node, address: &str) -> Result<Vec<u8>, Fault> {
    let wrong = |words| INVALID_REQUEST.bare().as_status(Code::InvalidArgument, &format!("invalid address: {words}"));
    node.chain.addresses().coded(address).map_err(wrong)
}

/// A denomination must be well-formed.
fn named(denom: &str) -> Result<(), Fault> {
    if denomination(denom) {
        return Ok(());
    }
    Err(INVALID_REQUEST.bare().as_status(Code::InvalidArgument, &format!("invalid denom: {denom}")))
}

fn by_denom(coins: &[Coin]) -> Vec<Keyed<WireCoin>> {
    wire(coins).into_iter().map(|coin| (coin.denom.clone().into_bytes(), coin)).collect()
}
