// gRPC by @grpc/grpc-js, unmodified, at the address of the RPC; messages by cosmjs-types.
import assert from "node:assert/strict";
import { test } from "node:test";

import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { GasPrice, SigningStargateClient, coins } from "@cosmjs/stargate";
import grpc from "@grpc/grpc-js";
import { QueryAccountRequest, QueryAccountResponse } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { QueryBalanceRequest, QueryBalanceResponse } from "cosmjs-types/cosmos/bank/v1beta1/query";
import { GetNodeInfoRequest, GetNodeInfoResponse } from "cosmjs-types/cosmos/base/tendermint/v1beta1/query";
import { BroadcastMode, BroadcastTxRequest, BroadcastTxResponse, GetTxRequest, GetTxResponse, SimulateRequest, SimulateResponse } from "cosmjs-types/cosmos/tx/v1beta1/service";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { QuerySmartContractStateRequest, QuerySmartContractStateResponse } from "cosmjs-types/cosmwasm/wasm/v1/query";

const { RPC, CHAIN_ID, MNEMONICS } = process.env;
const words = MNEMONICS.split(";")[0];
const client = new grpc.Client(RPC.replace("http://", ""), grpc.credentials.createInsecure());

const call = (path, asks, answers, request) => new Promise((resolve, reject) => {
    const write = (message) => Buffer.from(asks.encode(asks.fromPartial(message)).finish());
    client.makeUnaryRequest(path, write, (bytes) => answers.decode(bytes), request, (error, answer) => error ? reject(error) : resolve(answer));
});
const refused = (promise, code, pattern) => assert.rejects(promise, (error) => {
    assert.equal(error.code, code);
    assert.match(error.details, pattern);
    return true;
});

await test("gRPC", async (t) => {
    const signer = await DirectSecp256k1HdWallet.fromMnemonic(words, { prefix: "wasm" });
    const [{ address }] = await signer.getAccounts();

    await t.test("queries, and says what is wrong by a status", async () => {
        const node = "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo";
        const info = await call(node, GetNodeInfoRequest, GetNodeInfoResponse, {});
        assert.equal(info.defaultNodeInfo.network, CHAIN_ID);
        const bank = "/cosmos.bank.v1beta1.Query/Balance";
        const { balance } = await call(bank, QueryBalanceRequest, QueryBalanceResponse, { address, denom: "ucosm" });
        assert.equal(balance.amount, "1000000000000000");
        await refused(call(bank, QueryBalanceRequest, QueryBalanceResponse, { address: "nobody", denom: "ucosm" }), grpc.status.INVALID_ARGUMENT, /invalid address/);
        const auth = "/cosmos.auth.v1beta1.Query/Account";
        const [{ address: fresh }] = await (await DirectSecp256k1HdWallet.generate(12, { prefix: "wasm" })).getAccounts();
        await refused(call(auth, QueryAccountRequest, QueryAccountResponse, { address: fresh }), grpc.status.NOT_FOUND, /^account wasm1\w+ not found$/);
        const smart = "/cosmwasm.wasm.v1.Query/SmartContractState";
        await refused(call(smart, QuerySmartContractStateRequest, QuerySmartContractStateResponse, { address, queryData: Buffer.from("{}") }), grpc.status.UNKNOWN, /no such contract/);
        await refused(call("/cosmos.nonsense.Query/What", GetNodeInfoRequest, GetNodeInfoResponse, {}), grpc.status.UNIMPLEMENTED, /./);
    });

    await t.test("simulates, sends and finds a transaction", async () => {
        const signing = await SigningStargateClient.connectWithSigner(RPC, signer, { gasPrice: GasPrice.fromString("0.025ucosm") });
        const messages = [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: { fromAddress: address, toAddress: address, amount: coins(7, "ucosm") } }];
        const txBytes = TxRaw.encode(await signing.sign(address, messages, { amount: coins(5_000, "ucosm"), gas: "200000" }, "")).finish();
        const service = "/cosmos.tx.v1beta1.Service";
        const { gasInfo } = await call(`${service}/Simulate`, SimulateRequest, SimulateResponse, { txBytes });
        assert.ok(gasInfo.gasUsed > 50_000n);
        const sent = await call(`${service}/BroadcastTx`, BroadcastTxRequest, BroadcastTxResponse, { txBytes, mode: BroadcastMode.BROADCAST_MODE_SYNC });
        assert.equal(sent.txResponse.code, 0);
        const hash = sent.txResponse.txhash;
        let found;
        while (!found) found = await call(`${service}/GetTx`, GetTxRequest, GetTxResponse, { hash }).catch((error) => assert.equal(error.code, grpc.status.NOT_FOUND));
        assert.deepEqual([found.txResponse.code, found.txResponse.txhash], [0, hash]);
    });
    client.close();
});
