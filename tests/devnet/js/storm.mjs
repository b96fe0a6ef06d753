// CosmJS at work, unmodified, while everything goes wrong: it sends, waits, asks and listens on the chain at RPC. It says when
// it begins, when each has done STEPS steps, and at last in one line of JSON what it was told. MNEMONICS are those who send, TO the one who gets it all, CONTRACT a cw20.
import { GasPrice, SigningStargateClient, coins } from "@cosmjs/stargate";
import { SigningCosmWasmClient } from "@cosmjs/cosmwasm";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import { Comet38Client, HttpClient, WebsocketClient } from "@cosmjs/tendermint-rpc";

const { RPC, MNEMONICS, TO, CONTRACT, STEPS } = process.env;
const PATIENCE_MS = 1_000;
const options = { gasPrice: GasPrice.fromString("0.025ucosm"), broadcastPollIntervalMs: 20, broadcastTimeoutMs: PATIENCE_MS };

// What CosmJS says when a chain or the way to it fails. Anything else is a defect of the chain.
const known = {
    "not found in time": (error) => error.txId !== undefined && /was submitted but was not yet found/.test(error.message),
    "refused at the door": (error) => error.code === 32 && /account sequence mismatch/.test(error.message),
    "refused by a simulation": (error) => /^Query failed with \(6\): .*account sequence mismatch/s.test(error.message),
    "no reply": (error) => error.name === "TimeoutError" && error.txId === undefined,
    "an error of JSON-RPC": (error) => /^\{"code":-32603,"message":"Internal error","data":"(chaos|tx already exists in cache)"\}$/.test(error.message),
    "not connected any more": (error) => /Socket was closed unclean|socket has disconnected|Socket was closed before/i.test(error.message ?? error),
};
const told = { sent: [], unsure: 0, errors: {}, strange: [], asked: 0, heard: 0, connections: 0, fell: 0, final: 0 };

const note = (error) => {
    const kind = Object.keys(known).find((kind) => known[kind](error));
    if (kind === undefined) told.strange.push(`${error?.name}: ${error?.message ?? error}`);
    else told.errors[kind] = (told.errors[kind] ?? 0) + 1;
};
process.on("uncaughtException", note);
process.on("unhandledRejection", note);

const attempt = async (act) => {
    for (;;) {
        try { return await act(); } catch (error) { note(error); }
    }
};

const work = async (mnemonic, who) => {
    const signer = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix: "wasm" });
    const [{ address }] = await signer.getAccounts();
    const comet = Comet38Client.create(new HttpClient(RPC, PATIENCE_MS));
    const client = await SigningStargateClient.createWithSigner(comet, signer, options);
    const wasm = await SigningCosmWasmClient.createWithSigner(comet, signer, options);
    const steps = [
        async (memo) => client.sendTokens(address, TO, coins(1 + who, "ucosm"), { amount: coins(3_000, "ucosm"), gas: "120000" }, memo),
        async (memo) => client.sendTokens(address, TO, coins(2 + who, "ucosm"), 1.6, memo),
        async (memo) => wasm.execute(address, CONTRACT, { increase_allowance: { spender: TO, amount: "1" } }, 1.6, memo),
        async () => {
            if (BigInt((await client.getBalance(TO, "ucosm")).amount) <= 0n) throw new Error("it had more");
            if ((await wasm.queryContractSmart(CONTRACT, { token_info: {} })).symbol !== "PRB") throw new Error("another token");
            const block = await client.getBlock();
            if (block.header.height > (await comet.status()).syncInfo.latestBlockHeight + 3) throw new Error("too old");
            told.asked += 1;
        },
    ];
    const step = async (nth) => {
        const sent = await steps[nth % steps.length](`${who} ${nth}`);
        if (sent) told.sent.push({ hash: sent.transactionHash, height: sent.height, code: sent.code ?? 0 });
    };
    for (let nth = 0; nth < Number(STEPS); nth += 1) {
        try { await step(nth); } catch (error) { note(error); told.unsure += 1; }
    }
    return async () => {
        await attempt(() => step(0));
        told.final += 1;
    };
};

// When a connection is cut, CosmJS opens another and subscribes to nothing: who hears nothing for a while begins anew.
const SILENCE_MS = 1_000;
let over = false;
const listen = async () => {
    while (!over) {
        let heardAt = Date.now();
        await new Promise((end) => {
            const socket = new WebsocketClient(RPC.replace("http", "ws"), (error) => { note(error); end(); });
            const comet = Comet38Client.create(socket);
            told.connections += 1;
            let last = 0;
            const gone = () => { told.fell += 1; end(); };
            const watch = setInterval(() => {
                if (!over && Date.now() < heardAt + SILENCE_MS) return;
                clearInterval(watch);
                try { comet.disconnect(); } catch (error) { note(error); }
                end();
            }, 50);
            comet.subscribeNewBlock().subscribe({
                next: ({ header }) => {
                    if (header.height <= last) told.strange.push(`block ${header.height} after ${last}`);
                    last = header.height;
                    heardAt = Date.now();
                    told.heard += 1;
                },
                error: (error) => { note(error); gone(); },
                complete: gone,
            });
            comet.subscribeTx("transfer.amount EXISTS").subscribe({ next: () => { told.heard += 1; }, error: () => {}, complete: () => {} });
        });
        await new Promise((soon) => setTimeout(soon, 20));
    }
};

const listening = listen();
console.log("begun");
const last = await Promise.all(MNEMONICS.split(";").map(work));
console.log("worked");
await Promise.all(last.map((step) => step()));
over = true;
await listening;
console.log(JSON.stringify(told));
process.exit(0);
