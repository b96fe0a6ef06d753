//! Runs a contract of cosmwasm-std 2 unmodified in cw-multi-test 3: storage, api and querier by bytes, the rest by the JSON
//! that both versions share, which is the border that the VM puts between contract and chain.

use std::error::Error;

use cosmwasm_std::{self as v3, Binary, DepsMut, Empty, Env, MessageInfo, Reply, Response, StdError, StdResult};
use cosmwasm_std_2 as v2;
use cw_multi_test::Contract;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The token of the suite: cw20-base, as the artifact holds it.
pub fn token() -> Box<dyn Contract<Empty>> {
    Box::new(Token)
}

struct Token;

impl Contract<Empty> for Token {
    fn instantiate(&self, deps: DepsMut, env: Env, info: MessageInfo, msg: Vec<u8>) -> StdResult<Response> {
        let (info, msg) = (convert(&info)?, v2::from_json(msg)?);
        run(deps, &env, |deps, env| cw20_base::contract::instantiate(deps, env, info, msg))
    }

    fn execute(&self, deps: DepsMut, env: Env, info: MessageInfo, msg: Vec<u8>) -> StdResult<Response> {
        let (info, msg) = (convert(&info)?, v2::from_json(msg)?);
        run(deps, &env, |deps, env| cw20_base::contract::execute(deps, env, info, msg))
    }

    fn query(&self, deps: v3::Deps, env: Env, msg: Vec<u8>) -> StdResult<Binary> {
        let (storage, api, querier) = (&Read(deps.storage), &Api(deps.api), &Querier(deps.querier));
        let deps = v2::Deps { storage, api, querier: v2::QuerierWrapper::new(querier) };
        Ok(cw20_base::contract::query(deps, convert(&env)?, v2::from_json(msg)?)?.to_vec().into())
    }

    fn migrate(&self, deps: DepsMut, env: Env, msg: Vec<u8>) -> StdResult<Response> {
        let msg = v2::from_json(msg)?;
        run(deps, &env, |deps, env| cw20_base::contract::migrate(deps, env, msg))
    }

    fn reply(&self, _: DepsMut, _: Env, _: Reply) -> StdResult<Response> {
        Err(StdError::msg("a cw20 asks for no replies"))
    }

    fn sudo(&self, _: DepsMut, _: Env, _: Vec<u8>) -> StdResult<Response> {
        Err(StdError::msg("a cw20 has no sudo"))
    }
}

fn convert<A: Serialize, B: DeserializeOwned>(value: &A) -> StdResult<B> {
    v3::from_json(v3::to_json_vec(value)?)
}

fn run<E: Error + Send + Sync + 'static>(
    deps: DepsMut,
    env: &Env,
    entry: impl FnOnce(v2::DepsMut, v2::Env) -> Result<v2::Response, E>,
) -> StdResult<Response> {
    let (storage, api, querier) = (&mut Write(deps.storage), &Api(deps.api), &Querier(deps.querier));
    let deps = v2::DepsMut { storage, api, querier: v2::QuerierWrapper::new(querier) };
    convert(&entry(deps, convert(env)?)?)
}

type Records<'a> = Box<dyn Iterator<Item = v2::Record> + 'a>;

fn range<'a>(of: &'a dyn v3::Storage, start: Option<&[u8]>, end: Option<&[u8]>, order: v2::Order) -> Records<'a> {
    let order = match order {
        v2::Order::Ascending => v3::Order::Ascending,
        v2::Order::Descending => v3::Order::Descending,
    };
    of.range(start, end, order)
}

struct Read<'a>(&'a dyn v3::Storage);

impl v2::Storage for Read<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.get(key)
    }

    fn range(&self, start: Option<&[u8]>, end: Option<&[u8]>, order: v2::Order) -> Records<'_> {
        range(self.0, start, end, order)
    }

    fn set(&mut self, _: &[u8], _: &[u8]) {
        unreachable!("a query is given storage that it cannot write")
    }

    fn remove(&mut self, _: &[u8]) {
        unreachable!("a query is given storage that it cannot write")
    }
}

struct Write<'a>(&'a mut dyn v3::Storage);

impl v2::Storage for Write<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.get(key)
    }

    fn range(&self, start: Option<&[u8]>, end: Option<&[u8]>, order: v2::Order) -> Records<'_> {
        range(self.0, start, end, order)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) {
        self.0.set(key, value);
    }

    fn remove(&mut self, key: &[u8]) {
        self.0.remove(key);
    }
}

struct Api<'a>(&'a dyn v3::Api);

fn generic(error: StdError) -> v2::StdError {
    v2::StdError::generic_err(error.to_string())
}

macro_rules! crypto {
    ($($name:ident($($arg:ident: $type:ty),*) -> $ok:ty, $error:ident;)*) => { $(
        fn $name(&self, $($arg: $type),*) -> Result<$ok, v2::$error> {
            self.0.$name($($arg),*).map_err(|_| v2::$error::unknown_err(0))
        }
    )* };
}

impl v2::Api for Api<'_> {
    fn addr_validate(&self, human: &str) -> v2::StdResult<v2::Addr> {
        Ok(v2::Addr::unchecked(self.0.addr_validate(human).map_err(generic)?))
    }

    fn addr_canonicalize(&self, human: &str) -> v2::StdResult<v2::CanonicalAddr> {
        Ok(self.0.addr_canonicalize(human).map_err(generic)?.as_slice().into())
    }

    fn addr_humanize(&self, canonical: &v2::CanonicalAddr) -> v2::StdResult<v2::Addr> {
        Ok(v2::Addr::unchecked(self.0.addr_humanize(&canonical.as_slice().into()).map_err(generic)?))
    }

    crypto! {
        secp256k1_verify(hash: &[u8], signature: &[u8], key: &[u8]) -> bool, VerificationError;
        secp256k1_recover_pubkey(hash: &[u8], signature: &[u8], recovery: u8) -> Vec<u8>, RecoverPubkeyError;
        ed25519_verify(message: &[u8], signature: &[u8], key: &[u8]) -> bool, VerificationError;
        ed25519_batch_verify(messages: &[&[u8]], signatures: &[&[u8]], keys: &[&[u8]]) -> bool, VerificationError;
    }

    fn debug(&self, message: &str) {
        self.0.debug(message);
    }
}

struct Querier<'a>(v3::QuerierWrapper<'a>);

impl v2::Querier for Querier<'_> {
    fn raw_query(&self, request: &[u8]) -> v2::QuerierResult {
        convert(&self.0.raw_query(request)).unwrap_or(v2::SystemResult::Err(v2::SystemError::Unknown {}))
    }
}

#[cfg(test)]
#[path = "std2_tests.rs"]
mod tests;
