//! Questions about accounts.

use cosmos_sdk_proto::cosmos::auth::v1beta1 as auth;
use prost::Message;

use crate::fault::{Code, Fault, INVALID_REQUEST, KEY_NOT_FOUND, LOGIC};
use crate::node::Node;
use crate::query::page::page;
use crate::query::{read, unknown};

/// Answers a method of the auth module.
pub fn answer(node: &Node, method: &str, data: &[u8]) -> Result<Vec<u8>, Fault> {
    let chain = &node.chain;
    match method {
        "Account" => {
            let asked: auth::QueryAccountRequest = read(data)?;
            if asked.address.is_empty() {
                return Err(INVALID_REQUEST.bare().as_status(Code::InvalidArgument, "Address cannot be empty"));
            }
            let coded = chain.addresses().coded(&asked.address);
            let account = chain.account(&coded.map_err(|words| Fault::unregistered(&LOGIC, words))?)?;
            let Some(account) = account else {
                let words = format!("account {} not found", asked.address);
                return Err(KEY_NOT_FOUND.bare().as_status(Code::NotFound, &words));
            };
            Ok(auth::QueryAccountResponse { account: Some(account.any()) }.encode_to_vec())
        }
        "Accounts" => {
            let asked: auth::QueryAccountsRequest = read(data)?;
            let all = chain.accounts().into_iter().map(|(address, account)| (address, account.any())).collect();
            let (accounts, pagination) = page(all, asked.pagination)?;
            Ok(auth::QueryAccountsResponse { accounts, pagination }.encode_to_vec())
        }
        "Params" => {
            let params = auth::Params {
                max_memo_characters: 256,
                tx_sig_limit: 7,
                tx_size_cost_per_byte: 10,
                sig_verify_cost_ed25519: 590,
                sig_verify_cost_secp256k1: 1_000,
            };
            Ok(auth::QueryParamsResponse { params: Some(params) }.encode_to_vec())
        }
        "Bech32Prefix" => {
            let bech32_prefix = chain.addresses().prefix().to_owned();
            Ok(auth::Bech32PrefixResponse { bech32_prefix }.encode_to_vec())
        }
        _ => Err(unknown()),
    }
}
