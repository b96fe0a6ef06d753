// What people do with CosmJS, by its current version and by an older one, unmodified, on a chain named by the environment:
// RPC, CHAIN_ID, PREFIX, DENOM, MNEMONICS (two, separated by a semicolon) and WASM (a cw20's).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const { RPC, CHAIN_ID, PREFIX = "wasm", DENOM = "ucosm", MNEMONICS, WASM } = process.env;
const { TxRaw } = await import("cosmjs-types/cosmos/tx/v1beta1/tx");
// That of CosmJS 0.38.1 gives an infinite limit to a decoder that takes finite ones only.
const { instantiate2Address } = await import("cosmjs-old");
const [words, otherWords] = MNEMONICS.split(";");
const wasm = readFileSync(WASM);

const generations = {
    "CosmJS 0.38": {
        cosmwasm: await import("@cosmjs/cosmwasm"),
        stargate: await import("@cosmjs/stargate"),
        direct: (await import("@cosmjs/proto-signing")).DirectSecp256k1HdWallet,
        amino: (await import("@cosmjs/amino")).Secp256k1HdWallet,
    },
    "CosmJS 0.32": {
        cosmwasm: await import("cosmjs-old"),
        stargate: await import("cosmjs-old-stargate"),
        direct: (await import("cosmjs-old-proto-signing")).DirectSecp256k1HdWallet,
        amino: (await import("cosmjs-old-amino")).Secp256k1HdWallet,
    },
};

for (const [name, { cosmwasm, stargate, direct, amino }] of Object.entries(generations)) {
    const { SigningCosmWasmClient, fromBinary, toBinary } = cosmwasm;
    const { GasPrice, coins } = stargate;
    const gasPrice = GasPrice.fromString(`0.025${DENOM}`);
    const options = { gasPrice, broadcastPollIntervalMs: 20, broadcastTimeoutMs: 20_000 };
    const connect = async (wallet, mnemonic) => {
        const signer = await wallet.fromMnemonic(mnemonic, { prefix: PREFIX });
        const [{ address }] = await signer.getAccounts();
        return { client: await SigningCosmWasmClient.connectWithSigner(RPC, signer, options), address };
    };
    const refused = async (promise, pattern) => {
        await assert.rejects(promise, (error) => {
            assert.match(error.message, pattern);
            return true;
        });
    };

    await test(name, async (t) => {
        const { client, address } = await connect(direct, words);
        const other = await connect(amino, otherWords);
        const cw20 = (minter) => ({
            name: "Probe", symbol: "PRB", decimals: 6,
            initial_balances: [{ address, amount: "1000000" }], mint: { minter },
        });
        let code, contract;

        await t.test("connects to the chain and reads it", async () => {
            assert.equal(await client.getChainId(), CHAIN_ID);
            assert.ok((await client.getHeight()) >= 1);
            const block = await client.getBlock();
            assert.equal(block.header.chainId, CHAIN_ID);
            assert.match(block.id, /^[0-9A-F]{64}$/);
            assert.ok(BigInt((await client.getBalance(address, DENOM)).amount) > 0n);
            assert.equal((await client.getAccount(address)).address, address);
            assert.equal(await client.getAccount(other.address.replace(/.{6}$/, "qqqqqq")).catch(() => "no address"), "no address");
        });

        await t.test("sends coins, directly signed and in amino JSON", async () => {
            for (const [from, to] of [[{ client, address }, other.address], [other, address]]) {
                const before = BigInt((await client.getBalance(to, DENOM)).amount);
                const memo = `<to> & "fro" ${"é"}`;
                const sent = await from.client.sendTokens(from.address, to, coins(12_345, DENOM), "auto", memo);
                assert.equal(sent.code, 0);
                const found = await client.getTx(sent.transactionHash);
                assert.equal(found.height, sent.height);
                assert.equal(found.code, 0);
                assert.ok(BigInt((await client.getBalance(to, DENOM)).amount) > before);
            }
        });

        await t.test("uploads, and finds what it uploaded", async () => {
            const stored = await client.upload(address, wasm, "auto");
            code = stored.codeId;
            const details = await client.getCodeDetails(code);
            assert.equal(details.checksum, stored.checksum);
            assert.deepEqual(Buffer.from(details.data), wasm);
            assert.ok((await client.getCodes()).some(({ id }) => id === code));
        });

        await t.test("instantiates by counting and by salt", async () => {
            const made = await client.instantiate(address, code, cw20(address), "probe", "auto", { admin: address });
            contract = made.contractAddress;
            // CosmJS 0.38.1 asks for pages of infinitely many with the types that it depends on.
            if (name.endsWith("0.32")) assert.deepEqual(await client.getContracts(code), [contract]);
            const info = await client.getContract(contract);
            assert.deepEqual([info.codeId, info.creator, info.admin, info.label], [code, address, address, "probe"]);

            const salt = new TextEncoder().encode(`${name} ${contract.slice(-40)}`);
            const again = await client.instantiate2(address, code, salt, cw20(address), "salted", "auto");
            const { checksum } = await client.getCodeDetails(code);
            const bytes = Buffer.from(checksum, "hex");
            assert.equal(again.contractAddress, instantiate2Address(bytes, address, salt, PREFIX));
            await refused(client.instantiate2(address, code, salt, cw20(address), "salted", "auto"), /already exists/);
        });

        await t.test("executes with amino JSON, many messages at once, and with funds", async () => {
            await client.execute(address, contract, { mint: { recipient: other.address, amount: "77" } }, "auto");
            const moved = await other.client.execute(
                other.address, contract, { transfer: { recipient: address, amount: "7" } }, "auto", "<&>",
            );
            const attribute = (event, key) => event.attributes.find((of) => of.key === key)?.value;
            const said = moved.events.find((event) => event.type === "wasm");
            assert.equal(attribute(said, "_contract_address"), contract);
            assert.equal(attribute(said, "action"), "transfer");
            assert.equal(attribute(said, "msg_index"), "0");
            const transfer = (amount) => ({ contractAddress: contract, msg: { transfer: { recipient: other.address, amount } } });
            const many = await client.executeMultiple(address, [transfer("1"), transfer("2"), transfer("3")], "auto");
            assert.deepEqual(
                many.events.filter((event) => event.type === "wasm").map((event) => attribute(event, "msg_index")),
                ["0", "1", "2"],
            );
            const balance = await client.queryContractSmart(contract, { balance: { address: other.address } });
            assert.equal(balance.balance, "76");
            await client.execute(address, contract, transfer("1").msg, "auto", "", coins(3, DENOM));
            assert.equal((await client.getBalance(contract, DENOM)).amount, "3");
        });

        await t.test("asks contracts, smartly and raw", async () => {
            assert.equal((await client.queryContractSmart(contract, { token_info: {} })).symbol, "PRB");
            await refused(client.queryContractSmart(contract, { no_such: {} }), /unknown variant|Error parsing/);
            const raw = await client.queryContractRaw(contract, new TextEncoder().encode("token_info"));
            assert.equal(fromBinary(Buffer.from(raw).toString("base64")).symbol, "PRB");
            assert.equal(toBinary({ a: 1 }), "eyJhIjoxfQ==");
            assert.equal((await client.queryContractRaw(contract, new Uint8Array([1]))).length, 0);
            await refused(client.getContract(other.address), /no such contract|No contract found/);
        });

        await t.test("migrates, hands over and gives up a contract", async () => {
            assert.equal((await client.migrate(address, contract, code, {}, "auto")).height > 0, true);
            const history = await client.getContractCodeHistory(contract);
            assert.deepEqual(history.map((step) => step.operation), ["Init", "Migrate"]);
            // On a real chain too, what simulates without a fee comes out a little short for so small a message.
            await client.updateAdmin(address, contract, other.address, 1.6);
            await refused(client.migrate(address, contract, code, {}, "auto"), /unauthorized/);
            await other.client.clearAdmin(other.address, contract, 1.6);
            assert.equal((await client.getContract(contract)).admin, undefined);
        });

        await t.test("hears of a contract's refusal, simulated and delivered", async () => {
            const tooMuch = { transfer: { recipient: other.address, amount: "999999999" } };
            await refused(client.execute(address, contract, tooMuch, "auto"), /Cannot Sub with given operands|Overflow/i);
            const fee = { amount: coins(100_000, DENOM), gas: "1000000" };
            await refused(client.execute(address, contract, tooMuch, fee), /Cannot Sub with given operands|Overflow/i);
            const before = await client.getSequence(address);
            await refused(client.execute(address, contract, { bad: {} }, fee), /Error parsing into type/);
            assert.equal((await client.getSequence(address)).sequence, before.sequence + 1);
        });

        await t.test("runs out of gas, and pays for it", async () => {
            const fee = { amount: coins(5_000, DENOM), gas: "90000" };
            const mint = { mint: { recipient: address, amount: "1" } };
            await refused(client.execute(address, contract, mint, fee), /out of gas in location: .*gasWanted: 90000, gasUsed: \d+: out of gas/);
            await refused(client.execute(address, contract, mint, { amount: [], gas: "500000" }), /insufficient fee/);
        });

        await t.test("is refused with a wrong sequence and for another chain", async () => {
            const message = {
                typeUrl: "/cosmos.bank.v1beta1.MsgSend",
                value: { fromAddress: address, toAddress: other.address, amount: coins(1, DENOM) },
            };
            const fee = { amount: coins(5_000, DENOM), gas: "200000" };
            const { accountNumber, sequence } = await client.getSequence(address);
            for (const [signed, pattern] of [
                [{ accountNumber, sequence: sequence + 9, chainId: CHAIN_ID }, /account sequence mismatch, expected \d+, got \d+: incorrect account sequence/],
                [{ accountNumber, sequence, chainId: "elsewhere-1" }, /signature verification failed/],
                [{ accountNumber: accountNumber + 1, sequence, chainId: CHAIN_ID }, /signature verification failed/],
            ]) {
                const raw = await client.sign(address, [message], fee, "", signed);
                await refused(client.broadcastTx(TxRaw.encode(raw).finish()), pattern);
            }
        });

        await t.test("finds transactions by what happened", async () => {
            const { height } = await client.getTx((await client.searchTx([{ key: "wasm._contract_address", value: contract }]))[0].hash);
            assert.ok(height > 0);
            const mints = await client.searchTx(`wasm._contract_address='${contract}' AND wasm.action='mint'`);
            assert.equal(mints.length, 1);
            assert.deepEqual(await client.searchTx(`tx.height=${mints[0].height}`), mints);
            assert.equal((await client.searchTx(`wasm.action CONTAINS 'nothing of this kind'`)).length, 0);
        });

        client.disconnect();
        other.client.disconnect();
    });
}
