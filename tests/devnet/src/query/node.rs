//! Questions about the node.

use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1 as base;
use cosmos_sdk_proto::tendermint::p2p::DefaultNodeInfo;
use prost::Message;

use crate::fault::Fault;
use crate::node::Node;
use crate::query::{COMET_VERSION, unknown};

/// Answers a method of the node service.
pub fn answer(node: &Node, method: &str) -> Result<Vec<u8>, Fault> {
    match method {
        "GetNodeInfo" => {
            let info = DefaultNodeInfo {
                network: node.terms.chain_id.clone(),
                version: COMET_VERSION.to_owned(),
                moniker: "devnet".to_owned(),
                ..DefaultNodeInfo::default()
            };
            let application = base::VersionInfo {
                name: "hearth-devnet".to_owned(),
                app_name: "hearth-devnet".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                cosmos_sdk_version: "v0.53.6".to_owned(),
                ..base::VersionInfo::default()
            };
            let answer =
                base::GetNodeInfoResponse { default_node_info: Some(info), application_version: Some(application) };
            Ok(answer.encode_to_vec())
        }
        "GetSyncing" => Ok(base::GetSyncingResponse { syncing: false }.encode_to_vec()),
        _ => Err(unknown()),
    }
}
