//! tendermint-rpc and cosmrs, unmodified.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;
use tendermint_rpc::event::EventData;
use tendermint_rpc::query::{EventType, Query};
use tendermint_rpc::{Client, Order, SubscriptionClient, WebSocketClient};
use tokio::time::timeout;

use crate::wallet::{Wallet, attribute, chain, token};

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_that_the_client_knows_answers_in_its_types() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let sent = wallet.send(vec![wallet.pay(&devnet.accounts()[1].address, 5)]).await;
    let rpc = &wallet.rpc;
    rpc.health().await.unwrap();
    let status = rpc.status().await.unwrap();
    assert_eq!(status.node_info.network.as_str(), "hearth-1");
    assert!(!status.sync_info.catching_up);
    assert_eq!(rpc.net_info().await.unwrap().n_peers, 0);
    assert_eq!(rpc.abci_info().await.unwrap().last_block_height, status.sync_info.latest_block_height);
    assert_eq!(rpc.genesis::<serde_json::Value>().await.unwrap().chain_id.as_str(), "hearth-1");
    rpc.consensus_params(1u32).await.unwrap();
    assert_eq!(rpc.validators(1u32, tendermint_rpc::Paging::All).await.unwrap().validators.len(), 1);
    let height = sent.height;
    let block = rpc.block(height).await.unwrap();
    assert_eq!(block.block_id.hash, block.block.header.hash(), "a header's hash is its hash");
    assert_eq!(rpc.header(height).await.unwrap().header, block.block.header);
    assert_eq!(rpc.header_by_hash(block.block_id.hash).await.unwrap().header, Some(block.block.header.clone()));
    assert_eq!(rpc.block_by_hash(block.block_id.hash).await.unwrap().block.unwrap().header, block.block.header);
    assert_eq!(block.block.data.len(), 1);
    let before = rpc.block(height.value() as u32 - 1).await.unwrap();
    assert_eq!(block.block.header.last_block_id.unwrap().hash, before.block_id.hash, "blocks form a chain");
    let results = rpc.block_results(height).await.unwrap();
    assert_eq!(results.txs_results.unwrap()[0].gas_used, sent.tx_result.gas_used);
    assert_eq!(rpc.commit(height).await.unwrap().signed_header.header, block.block.header);
    assert_eq!(rpc.blockchain(1u32, height.value() as u32).await.unwrap().block_metas.len(), height.value() as usize);
    let query = Query::eq("tx.height", height.value());
    let found = rpc.tx_search(query, false, 1, 30, Order::Ascending).await.unwrap();
    assert_eq!((found.total_count, found.txs[0].hash), (1, sent.hash));
    let query = Query::gte("block.height", 1u64);
    assert!(rpc.block_search(query, 1, 30, Order::Descending).await.unwrap().total_count >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_uploaded_made_told_and_asked() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let contract = wallet.token().await;
    assert_eq!(contract, "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d", "as on a fresh wasmd");
    let to = &devnet.accounts()[1].address;
    let transfer = wallet.tell(&contract, &json!({ "transfer": { "recipient": to, "amount": "7" } }));
    let estimate = wallet.simulate(vec![transfer.clone()]).await.unwrap();
    let sent = wallet.send(vec![transfer]).await;
    assert_eq!(attribute(&sent, "wasm", "action"), "transfer");
    let used = u64::try_from(sent.tx_result.gas_used).unwrap();
    assert!(used > estimate && used < estimate * 13 / 10, "simulated {estimate}, used {used}");
    let balance = wallet.ask(&contract, &json!({ "balance": { "address": to } })).await.unwrap();
    assert_eq!(balance, br#"{"balance":"7"}"#);
    let refused = wallet.ask(&contract, &json!({ "no": {} })).await;
    assert!(refused.unwrap_err().ends_with("query wasm contract failed: unknown request"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_transactions_of_one_account_go_into_the_blocks_in_order() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let to = devnet.accounts()[1].address.clone();
    let account = wallet.account().await;
    for nth in 0..50 {
        let bytes = wallet.sign_as(vec![wallet.pay(&to, 1)], 100_000, account.account_number, account.sequence + nth);
        let sent = wallet.rpc.broadcast_tx_sync(bytes).await.unwrap();
        assert!(sent.code.is_ok(), "{nth}: {}", sent.log);
    }
    let gap = wallet.sign_as(vec![wallet.pay(&to, 1)], 100_000, account.account_number, account.sequence + 99);
    let refused = wallet.rpc.broadcast_tx_sync(gap).await.unwrap();
    assert_eq!(refused.code.value(), 32, "{}", refused.log);
    while wallet.account().await.sequence < account.sequence + 50 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_tell_of_blocks_and_of_transactions() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let contract = wallet.token().await;
    let (client, driver) = WebSocketClient::new(devnet.websocket().as_str()).await.unwrap();
    let driving = tokio::spawn(driver.run());
    let mut blocks = client.subscribe(EventType::NewBlock.into()).await.unwrap();
    let query = Query::from(EventType::Tx).and_eq("wasm._contract_address", contract.clone());
    let mut transactions = client.subscribe(query).await.unwrap();
    let mint = json!({ "mint": { "recipient": wallet.address, "amount": "3" } });
    let sent = wallet.send(vec![wallet.tell(&contract, &mint)]).await;
    let block = timeout(Duration::from_secs(5), blocks.next()).await.unwrap().unwrap().unwrap();
    let EventData::NewBlock { block: Some(block), .. } = block.data else { panic!("{block:?}") };
    assert_eq!(block.header.height, sent.height);
    let told = timeout(Duration::from_secs(5), transactions.next()).await.unwrap().unwrap().unwrap();
    let EventData::Tx { tx_result } = told.data else { panic!("{told:?}") };
    assert_eq!(tx_result.height, i64::try_from(sent.height.value()).unwrap());
    assert_eq!(told.events.unwrap()["wasm.action"], ["mint"]);
    client.close().unwrap();
    driving.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_waits_for_the_block_and_says_what_came_of_it() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let bytes = wallet.sign(vec![wallet.pay(&devnet.accounts()[1].address, 5)], 200_000, 0).await;
    let sent = wallet.rpc.broadcast_tx_commit(bytes.clone()).await.unwrap();
    assert!(sent.check_tx.code.is_ok() && sent.tx_result.code.is_ok());
    assert_eq!(wallet.rpc.tx(sent.hash, false).await.unwrap().height, sent.height);
    assert!(wallet.rpc.broadcast_tx_sync(bytes).await.unwrap_err().to_string().contains("tx already exists in cache"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wasm_that_chains_refuse_is_refused_with_the_rule_that_it_breaks() {
    let devnet = chain();
    let wallet = Wallet::of(&devnet.rpc(), &devnet.accounts()[0]);
    let broken = wallet.send(vec![wallet.upload(b"\0asm no wasm".to_vec())]).await;
    assert_eq!((broken.tx_result.code.value(), broken.tx_result.codespace.as_str()), (2, "wasm"));
    assert!(broken.tx_result.log.ends_with("create wasm contract failed"), "{}", broken.tx_result.log);
    let long = wallet.sign(vec![wallet.upload(vec![0; 800 * 1024 + 1])], 30_000_000, 0).await;
    let refused = wallet.rpc.broadcast_tx_sync(long).await.unwrap();
    assert!(refused.log.contains("cannot be longer than 819200 bytes"), "{}", refused.log);
    let fine = wallet.send(vec![wallet.upload(token())]).await;
    assert!(fine.tx_result.code.is_ok());
}
