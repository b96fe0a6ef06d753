// CosmJS beside our wallet: it reads a transaction of ours, and signs one that our wallet reads.
import assert from "node:assert";
import { Secp256k1HdWallet } from "@cosmjs/amino";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { GasPrice } from "@cosmjs/stargate";

const { RPC, MNEMONIC, TOKEN, BME, OURS, US } = process.env;
const wallet = await Secp256k1HdWallet.fromMnemonic(MNEMONIC, { prefix: "wasm" });
const [{ address }] = await wallet.getAccounts();
const client = await SigningCosmWasmClient.connectWithSigner(RPC, wallet, {
  gasPrice: GasPrice.fromString("0.025ucosm"),
  broadcastPollIntervalMs: 50,
});

const ours = await client.getTx(OURS);
assert.equal(ours.code, 0);
const deposited = ours.events.find((event) => event.type === "wasm-bme_deposited");
const value = (key) => deposited.attributes.find((attribute) => attribute.key === key).value;
assert.equal(value("account"), US);
assert.equal(value("amount"), "5000000");
const free = await client.queryContractSmart(BME, { account: { account: US, asset: "token" } });
assert.equal(free.free, "5000000");

const hook = Buffer.from(JSON.stringify({ deposit: {} })).toString("base64");
const send = { send: { contract: BME, amount: "7000000", msg: hook } };
const theirs = await client.execute(address, TOKEN, send, "auto");
console.log(theirs.transactionHash);
