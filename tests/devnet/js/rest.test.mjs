// What wallets in a browser ask of the REST that stands beside the RPC: the calls of Keplr and Leap, by fetch, and transactions that
// CosmJS signed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice, coins } from "@cosmjs/stargate";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";

const { RPC, CHAIN_ID, MNEMONICS, WASM } = process.env;
const [words, otherWords] = MNEMONICS.split(";");
const base64 = (value) => Buffer.from(value).toString("base64");

const ask = async (path, body) => {
    const options = body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(RPC + path, options);
    assert.equal(response.headers.get("access-control-allow-origin"), "*", "browsers may ask");
    return { status: response.status, ...(await response.json()) };
};

await test("REST", async (t) => {
    const signer = await DirectSecp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" });
    const [{ address }] = await signer.getAccounts();
    const [{ address: other }] = await (await DirectSecp256k1HdWallet.fromMnemonic(otherWords, { prefix: "wasm" })).getAccounts();
    const options = { gasPrice: GasPrice.fromString("0.025ucosm"), broadcastPollIntervalMs: 20 };
    const client = await SigningCosmWasmClient.connectWithSigner(RPC, signer, options);
    const { codeId, checksum } = await client.upload(address, readFileSync(WASM), "auto");
    const cw20 = { name: "Probe", symbol: "PRB", decimals: 6, initial_balances: [{ address, amount: "1000000" }] };
    const { contractAddress } = await client.instantiate(address, codeId, cw20, "probe", "auto", { admin: address });

    await t.test("knows the node, and its last block", async () => {
        const info = await ask("/cosmos/base/tendermint/v1beta1/node_info");
        assert.equal(info.default_node_info.network, CHAIN_ID);
        assert.match(info.application_version.cosmos_sdk_version, /^v0\.5/);
        const { block, block_id } = await ask("/cosmos/base/tendermint/v1beta1/blocks/latest");
        assert.equal(block.header.chain_id, CHAIN_ID);
        assert.equal(Buffer.from(block_id.hash, "base64").length, 32);
        assert.equal(block.header.last_block_id.part_set_header.total, 1);
        const first = await ask("/cosmos/base/tendermint/v1beta1/blocks/1");
        assert.equal(first.block.header.height, "1");
        assert.equal((await ask("/cosmos/base/tendermint/v1beta1/syncing")).syncing, false);
        const beyond = await ask("/cosmos/base/tendermint/v1beta1/blocks/999999");
        assert.deepEqual([beyond.status, beyond.code], [400, 3]);
    });

    await t.test("knows accounts and what they have", async () => {
        const { account } = await ask(`/cosmos/auth/v1beta1/accounts/${address}`);
        assert.equal(account["@type"], "/cosmos.auth.v1beta1.BaseAccount");
        assert.equal(account.pub_key["@type"], "/cosmos.crypto.secp256k1.PubKey");
        assert.equal(account.sequence, "2");
        const { balances } = await ask(`/cosmos/bank/v1beta1/balances/${address}?pagination.limit=1000`);
        assert.deepEqual(balances.map(({ denom }) => denom), ["ucosm", "uusd"]);
        const spendable = await ask(`/cosmos/bank/v1beta1/spendable_balances/${address}`);
        assert.deepEqual(spendable.balances, balances);
        const one = await ask(`/cosmos/bank/v1beta1/balances/${address}/by_denom?denom=uusd`);
        assert.deepEqual(one.balance, balances[1]);
        const page = await ask(`/cosmos/bank/v1beta1/balances/${address}?pagination.limit=1`);
        assert.equal(page.balances.length, 1);
        const next = encodeURIComponent(page.pagination.next_key);
        const rest = await ask(`/cosmos/bank/v1beta1/balances/${address}?pagination.key=${next}`);
        assert.deepEqual(rest.balances, [balances[1]]);
        const { supply } = await ask("/cosmos/bank/v1beta1/supply");
        assert.equal(supply.length, 2);
        const nobody = await ask(`/cosmos/auth/v1beta1/accounts/${contractAddress.replace(/.{6}$/, "qqqqqq")}`);
        assert.notEqual(nobody.status, 200);
        const fresh = await (await DirectSecp256k1HdWallet.generate(12, { prefix: "wasm" })).getAccounts();
        const missing = await ask(`/cosmos/auth/v1beta1/accounts/${fresh[0].address}`);
        assert.deepEqual([missing.status, missing.code], [404, 5]);
        assert.equal(missing.message, `account ${fresh[0].address} not found`);
    });

    await t.test("finds nothing staked where there is no staking", async () => {
        const staking = "/cosmos/staking/v1beta1";
        assert.deepEqual((await ask(`${staking}/delegations/${address}`)).delegation_responses, []);
        assert.deepEqual((await ask(`${staking}/delegators/${address}/unbonding_delegations`)).unbonding_responses, []);
        assert.deepEqual((await ask(`/cosmos/distribution/v1beta1/delegators/${address}/rewards`)).rewards, []);
        assert.equal((await ask(`${staking}/params`)).params.bond_denom, "ucosm");
        const unknown = await ask("/cosmos/nonsense/v1beta1/params");
        assert.deepEqual([unknown.status, unknown.code], [501, 12]);
    });

    await t.test("reads contracts", async () => {
        const wasm = "/cosmwasm/wasm/v1";
        const { contract_info } = await ask(`${wasm}/contract/${contractAddress}`);
        assert.deepEqual([contract_info.code_id, contract_info.creator, contract_info.admin], [`${codeId}`, address, address]);
        const query = encodeURIComponent(base64(JSON.stringify({ balance: { address } })));
        assert.deepEqual((await ask(`${wasm}/contract/${contractAddress}/smart/${query}`)).data, { balance: "1000000" });
        const raw = await ask(`${wasm}/contract/${contractAddress}/raw/${encodeURIComponent(base64("token_info"))}`);
        assert.equal(JSON.parse(Buffer.from(raw.data, "base64")).symbol, "PRB");
        const { models } = await ask(`${wasm}/contract/${contractAddress}/state`);
        assert.ok(models.some(({ key }) => Buffer.from(key, "hex").toString() === "token_info"));
        const { entries } = await ask(`${wasm}/contract/${contractAddress}/history`);
        assert.equal(entries[0].operation, "CONTRACT_CODE_HISTORY_OPERATION_TYPE_INIT");
        assert.deepEqual((await ask(`${wasm}/code/${codeId}/contracts`)).contracts, [contractAddress]);
        const { code_infos } = await ask(`${wasm}/code`);
        assert.equal(code_infos[0].data_hash.toLowerCase(), checksum);
        const code = await ask(`${wasm}/code/${codeId}`);
        assert.deepEqual(Buffer.from(code.data, "base64"), readFileSync(WASM));
        const wrong = await ask(`${wasm}/contract/${contractAddress}/smart/${base64('{"nonsense":{}}')}`);
        assert.equal(wrong.status, 500);
        assert.match(wrong.message, /query wasm contract failed/);
        assert.equal((await ask(`${wasm}/contract/${contractAddress}/smart/***`)).status, 400);
    });

    await t.test("simulates, takes and shows transactions", async () => {
        const messages = [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: { fromAddress: address, toAddress: other, amount: coins(7, "ucosm") } }];
        const fee = { amount: coins(5_000, "ucosm"), gas: "200000" };
        const signed = async (sequence) => base64(TxRaw.encode(await client.sign(address, messages, fee, "rest", sequence)).finish());
        const { accountNumber, sequence } = await client.getSequence(address);
        const tx = await signed({ accountNumber, sequence, chainId: CHAIN_ID });
        const { gas_info } = await ask("/cosmos/tx/v1beta1/simulate", { tx_bytes: tx });
        assert.ok(Number(gas_info.gas_used) > 50_000);
        const sent = await ask("/cosmos/tx/v1beta1/txs", { tx_bytes: tx, mode: "BROADCAST_MODE_SYNC" });
        assert.equal(sent.tx_response.code, 0);
        const { txhash } = sent.tx_response;
        let found;
        do found = await ask(`/cosmos/tx/v1beta1/txs/${txhash}`);
        while (found.status === 404);
        assert.equal(found.tx_response.code, 0);
        assert.deepEqual(found.tx.body.messages[0], {
            "@type": "/cosmos.bank.v1beta1.MsgSend", from_address: address, to_address: other, amount: coins(7, "ucosm"),
        });
        assert.equal(found.tx.body.memo, "rest");
        const search = encodeURIComponent(`message.sender='${address}'`);
        const { tx_responses, total } = await ask(`/cosmos/tx/v1beta1/txs?query=${search}&order_by=ORDER_BY_DESC&limit=1`);
        assert.equal(tx_responses[0].txhash, txhash);
        assert.equal(total, "3");
        const again = await ask("/cosmos/tx/v1beta1/txs", { tx_bytes: tx, mode: "BROADCAST_MODE_SYNC" });
        assert.deepEqual([again.tx_response.code, again.tx_response.codespace], [19, "sdk"]);
        const stale = await ask("/cosmos/tx/v1beta1/txs", { tx_bytes: await signed({ accountNumber, sequence: 0, chainId: CHAIN_ID }), mode: "BROADCAST_MODE_SYNC" });
        assert.equal(stale.tx_response.code, 32);
        assert.equal((await ask("/cosmos/tx/v1beta1/txs", { tx_bytes: "*" })).status, 400);
        assert.equal((await ask("/cosmos/tx/v1beta1/txs", { tx_bytes: tx, mode: "BROADCAST_MODE_BLOCK" })).status, 400);
    });
});
