"""Writes the fixed vectors beside it, from a second implementation that shares no line with the Rust one.

    python3 schema/vectors/vectors.py           writes them
    python3 schema/vectors/vectors.py --check   fails where the ones on disk are others

Amounts are decimal text, digests and keys hex, signatures and nonces base64: as in the messages themselves.
"""

import base64
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import hearth as h
import hpke
import secp256k1

HERE = pathlib.Path(__file__).parent
DOLLAR, U64, U128 = h.DOLLAR, 2**64 - 1, h.U128
SESSION, WORKER = h.sha256(b"test: session key"), h.sha256(b"test: worker key")
SCOPES = [
    {"chain": "hearth-1", "market": "hearth1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs8dfh8t", "deal": 7},
    {"chain": "c", "market": "m", "deal": U64},
]


def filler(name):
    """32 bytes that look like any."""
    return h.sha256(f"test: {name}".encode())


def text(data):
    return base64.b64encode(data).decode()


def shown(value):
    """As JSON: bytes as hex; amounts are turned into text where they are named."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        amounts = ("fee", "spent", "sum", "left", "cap")
        return {k: str(v) if k in amounts and isinstance(v, int) else shown(v) for k, v in value.items()}
    return [shown(each) for each in value] if isinstance(value, (list, tuple)) else value


def amounts(*names, **values):
    """Named values, of which some are amounts."""
    return {k: str(v) if k in names and v is not None else v for k, v in values.items()}


def hashed(preimage, **fields):
    return {**fields, "preimage": preimage, "digest": h.sha256(preimage)}


def signed(secret, preimage, **fields):
    """A digest with its signature, and the high twin that has to be refused."""
    signature = secp256k1.sign(secret, h.sha256(preimage))
    named = {"key": secp256k1.public(secret), "signature": text(signature), "high": text(secp256k1.high(signature))}
    return hashed(preimage, **fields) | named


def requests():
    canonicals = [b'{"messages":[]}', b"", "naïve – 火".encode(), bytes(range(256)) * 5]
    salted = [(filler(f"request {i}"), canonical) for i, canonical in enumerate(canonicals)]
    return [hashed(h.request(*case), salt=case[0], canonical=case[1]) for case in salted]


def outputs():
    answers = [[], [0], [1, 2, 3], [2**32 - 1, 0, 128_009], list(range(300))]
    salted = [(filler(f"output {i}")[:16], tokens) for i, tokens in enumerate(answers)]
    return [hashed(h.output(*case), salt=case[0], tokens=case[1]) for case in salted]


ENGINES = [
    {"model": filler("model"), "class": "exact", "version": "hearth-engine/0.1.0", "sampler": "greedy", "seed": 0},
    {"model": h.ZERO, "class": "", "version": "é", "sampler": "top-p/0.9", "seed": U64},
]


def engines():
    return [hashed(h.engine(engine), engine=engine) for engine in ENGINES]


def leaf(index, counts, fee, finish=0, absent=h.ZERO):
    names = ("input", "cached", "output")
    return {
        "index": index,
        "request": filler(f"asked {index}"),
        "output": filler(f"answered {index}"),
        "evidence": absent,
        "bundle": absent,
        "engine": h.sha256(h.engine(ENGINES[0])),
        "counts": dict(zip(names, counts)),
        "finish": finish,
        "fee": fee,
    }


def leaves():
    cases = [
        leaf(0, (12, 0, 34), 56 * DOLLAR),
        leaf(1, (0, 0, 0), 0, finish=2),
        leaf(U64, (U64, U64 - 1, U64 - 2), U128, finish=255, absent=filler("trace")),
    ]
    return [hashed(h.leaf(case), leaf=case) for case in cases]


FEES = [5, 0, 3 * DOLLAR, 1, 2**64, 0, 0, 7, 2**100 + 1, 11, 999, 1, 13]
GROWN = [leaf(i, (i, i // 2, 2 * i + 1), fee, finish=i % 4) for i, fee in enumerate(FEES)]


def node(of):
    return {"hash": of[0], "sum": of[1]}


def tree(count):
    nodes = [(h.sha256(h.leaf(each)), each["fee"]) for each in GROWN[:count]]
    opening = lambda i: {"index": i, "left": sum(FEES[:i]), "path": [node(each) for each in h.path(i, nodes)]}
    top = h.top(nodes)
    return {
        "count": count,
        "edge": [node(each) for each in h.frontier(nodes)],
        "top": node(top),
        "root": h.root(SCOPES[0], count, top),
        "openings": [opening(i) for i in range(count)],
    }


def decoys():
    """Openings that must not reach the top of the tree of five."""
    nodes = [(h.sha256(h.leaf(each)), each["fee"]) for each in GROWN[:5]]
    honest = lambda i: [node(each) for each in h.path(i, nodes)]
    inflated = honest(2)
    inflated[0]["sum"] += FEES[2] - 1
    decoy = lambda why, of, path: {"why": why, "count": 5, "leaf": of, "path": path}
    return [
        decoy("an understated leaf, its sibling inflated by the difference", GROWN[2] | {"fee": 1}, inflated),
        decoy("a leaf at another place", GROWN[2] | {"index": 3}, honest(2)),
        decoy("a leaf at another place, with that place's path", GROWN[2] | {"index": 3}, honest(3)),
        decoy("a path one node short", GROWN[2], honest(2)[:-1]),
        decoy("a path one node long", GROWN[2], honest(2) + [node(nodes[0])]),
        decoy("the path in a larger tree", GROWN[4], tree(8)["openings"][4]["path"]),
        decoy("a place beyond the last", GROWN[5], []),
        decoy("a path turned upside down", GROWN[0], honest(0)[::-1]),
    ]


def trees():
    counts = [1, 2, 3, 4, 5, 7, 8, 13]
    return {"scope": SCOPES[0], "leaves": GROWN, "trees": [tree(count) for count in counts], "decoys": decoys()}


TOTALS = [
    {"count": 1, "input": 12, "cached": 0, "output": 34, "spent": 56 * DOLLAR},
    {"count": U64, "input": U64 - 1, "cached": U64 - 2, "output": U64 - 3, "spent": U128},
]


def tickets():
    asked = [(SCOPES[0], 3, filler("asked 0")), (SCOPES[1], U64, h.ZERO)]
    named = [dict(scope=scope, node=node, request=request) for scope, node, request in asked]
    return [signed(SESSION, h.ticket(*case), **names) for case, names in zip(asked, named)]


def receipts():
    made = [(scope, filler("leaf"), totals, filler("root")) for scope, totals in zip(SCOPES, TOTALS)]
    named = [dict(scope=scope, leaf=leaf, totals=totals, root=root) for scope, leaf, totals, root in made]
    return [signed(WORKER, h.receipt(*case), **names) for case, names in zip(made, named)]


def vouchers():
    made = [(scope, seq, totals, filler("root")) for scope, seq, totals in zip(SCOPES, (1, U64), TOTALS)]
    named = [dict(scope=scope, seq=seq, totals=totals, root=root) for scope, seq, totals, root in made]
    return [signed(SESSION, h.voucher(*case), **names) for case, names in zip(made, named)]


def bearers():
    made = [(SCOPES[0], 3, 1_800_000_000, DOLLAR // 10, b"first"), (SCOPES[1], U64, U64, U128, bytes(range(32)))]
    return [
        signed(SESSION, h.bearer(*case), scope=case[0], node=case[1], expiry=case[2], cap=case[3], nonce=text(case[4]))
        for case in made
    ]


def possessions():
    made = [("hearth-1", "hearth1bonds", "hearth1owner"), ("", "", "")]
    return [signed(WORKER, h.possession(*case), chain=case[0], bonds=case[1], owner=case[2]) for case in made]


def doors():
    """Requests as they are sealed, and the keys of samplers."""
    bodies = ['{"messages":[]}', "", "chat\n{}", 'naïve – 火 "\\n"', '{ "messages" : [ ] }\r\n']
    asked = [(api, body, filler(f"door {i}")) for i, body in enumerate(bodies) for api in ("chat", "completion")]
    named = [dict(api=api, body=body, salt=salt, canonical=h.canonical(api, body)) for api, body, salt in asked]
    seeds = (0, 1, 2**32, U64)
    return {
        "asks": [hashed(h.request(each["salt"], each["canonical"]), **each) for each in named],
        "seeds": [hashed(h.seed(number), seed=number) for number in seeds],
    }


def signatures():
    """What is refused by its shape alone, whatever was signed."""
    s = lambda number: text(bytes(31) + b"\1" + number.to_bytes(32, "big"))
    key = secp256k1.public(SESSION)
    return {
        "low": [s(1), s(secp256k1.HALF)],
        "high": [s(secp256k1.HALF + 1), s(secp256k1.ORDER - 1), s(2**256 - 1)],
        "misshapen": [text(b""), text(bytes(63)), text(bytes(65))],
        "keys": [key, secp256k1.public(WORKER)],
        "not_keys": [b"", key[:-1], key + b"\0", b"\4" + key[1:], b"\0" + key[1:], key[1:]],
    }


def draws():
    stakes = [("hearth-1", "hearth1audit", 7, 1, 25_000_020), ("c", "a", U64, U64, U64)]
    names = ("chain", "audit", "deal", "n", "round")
    randoms = [hashed(h.rho(*stake, filler("beacon")), **dict(zip(names, stake))) for stake in stakes]
    rhos = [filler(f"rho {i}") for i in range(6)]
    spans = [
        (0, DOLLAR, 10 * DOLLAR, False),
        (0, DOLLAR, 10 * DOLLAR, True),
        (5 * DOLLAR, 12 * DOLLAR, 3 * DOLLAR, False),
        (5 * DOLLAR, 12 * DOLLAR, 3 * DOLLAR, True),
        (0, 1, 1, True),
        (41, 41, 1, True),
        (0, 17, 1, True),
        (U128 - 1, U128, 1, False),
        (0, U128, 1, True),
        (1, U128, U128, False),
        (0, U128, U128 // 7, True),
        (0, 100, 33, False),
    ]
    fields = ("prev_spent", "spent", "quantum", "contested")
    case = lambda rho, span: {"rho": rho, **amounts(*fields[:3], **dict(zip(fields, span)))}
    drawn = [case(rho, span) | {"points": [str(x) for x in h.points(rho, *span)]} for rho in rhos for span in spans]
    return {"randomness": filler("beacon"), "rho": randoms, "points": drawn, "quantum": quanta()}


def quanta():
    names = ("detection", "safety", "saving", "slash", "bond")
    made = [
        (9_500, 15_000, 8_000, 5_000, 100 * DOLLAR),
        (9_500, 15_000, 8_000, 2_000, 100 * DOLLAR),
        (9_500, 15_000, 8_000, 1_000, 1),
        (9_500, 15_000, 8_000, 5_000, 0),
        (10_000, 10_000, 1, 10_000, U128),
        (1, 60_000, 10_000, 1_000, U128),
    ]
    return [amounts("bond", "quantum", **dict(zip(names, case)), quantum=h.quantum(*case)) for case in made]


QUICKNET = {"genesis": 1_692_803_367, "period": 3, "from": 0}
THIRTY = {"genesis": 1_795_000_000, "period": 30, "from": 1_800_000_000}


def rounds():
    t = 1_800_000_000
    gap = lambda start, end: {"from": t + start, "to": t + end}
    one, two = [QUICKNET], [QUICKNET, THIRTY]
    cases = [(one, [], t + i, delay, grid) for i in range(0, 64, 7) for delay, grid in ((30, 20), (3, 1), (31, 7))]
    cases += [(one, [], 0, 30, 20), (one, [], QUICKNET["genesis"], 3, 1), (two, [], t - 1, 30, 20), (two, [], t, 30, 20)]
    for gaps in ([gap(0, 600)], [gap(-9, 0)], [gap(-9, 1)], [gap(-5, 100), gap(100, 900)], [gap(1, 900)]):
        cases += [(one, gaps, t, 30, 20), (two, gaps, t - 1, 30, 20)]
    names = ("networks", "gaps", "commit", "delay", "grid", "network", "round")
    return [dict(zip(names, (*case, *h.due(*case)))) for case in cases]


def fees():
    weights = [(250, 25), (0, 0), (1_000_000, 1_000_000), (1, 1)]
    counts = [(0, 0, 0), (1, 1, 1), (1_001, 77, 512), (U64, U64, U64)]
    prices = [100, 999, 123_000_000, 999 * 10**35]
    named = lambda names, values: dict(zip(names, values))
    made = [
        (price, named(("input", "cached"), weight), named(("input", "cached", "output"), count))
        for price in prices
        for weight in weights
        for count in counts
    ]
    return [amounts("price", "fee", price=p, weights=w, counts=c, fee=h.fee(p, w, c)) for p, w, c in made]


def charges():
    sums = [0, 1, 4 * DOLLAR, 3 * DOLLAR + 1, U128]
    prices = [1, DOLLAR // 2, DOLLAR // 4, DOLLAR // 3, U128]
    grid = [(dollars, price, decimals) for dollars in sums for price in prices for decimals in (0, 6, 18)]
    tokens, locks, stables, bonds = [], [], [], []
    for dollars, price, decimals in grid:
        for escrow in (0, 8_000_000, U128):
            amount, short = h.charge(dollars, price, decimals, escrow)
            named = dict(fee=dollars, price=price, decimals=decimals, escrow=escrow, amount=amount, short=short)
            tokens.append(amounts("fee", "price", "escrow", "amount", **named))
        named = dict(max_spend=dollars, price=price, decimals=decimals, amount=h.lock(dollars, price, decimals))
        locks.append(amounts("max_spend", "price", "amount", **named))
        named = dict(stake=dollars, low=price, decimals=decimals, value=h.bond_value(dollars, price, decimals))
        bonds.append(amounts("stake", "low", "value", **named))
    for decimals in (0, 6, 12):
        for before, spent in ((0, 0), (0, 1), (1, 2), (4 * DOLLAR, 7 * DOLLAR), (999_999, 1_000_001), (1, U128)):
            named = dict(prev_spent=before, spent=spent, decimals=decimals, amount=h.stable(before, spent, decimals))
            stables.append(amounts("prev_spent", "spent", "amount", **named))
    return {"tokens": tokens, "lock": locks, "stable": stables, "bond": bonds}


def prices():
    ticks = [0, 1, 899, 900, 901, 12_345, 32_398, 32_399]
    limits = [99, 100, 999, 1_000, 1_001, 1_009, 1_010, 123_456, 10**37 + 1, 999 * 10**35, U128]
    return {
        "ticks": [amounts("price", tick=tick, price=h.tick_price(tick)) for tick in ticks],
        "limits": [amounts("price", price=price, at_most=h.tick_at_most(price)) for price in limits],
        "off": [str(price) for price in (0, 1, 99, 1_001, 123_456, 999 * 10**35 + 1, 10**38, U128)],
    }


def seals():
    recipient = filler("sealing key")
    made = []
    for i, plain in enumerate((b'{"messages":[]}', b"", bytes(range(256)))):
        ephemeral, aad = filler(f"ephemeral {i}"), h.ticket(SCOPES[0], 3, filler(f"asked {i}"))
        named = dict(scope=SCOPES[0], node=3, request=filler(f"asked {i}"), aad=aad, ephemeral=ephemeral, plain=plain)
        made.append(named | {"sealed": hpke.seal(ephemeral, hpke.x25519(recipient), b"hearth/v1/sealed", aad, plain)})
    keys = {"info": "hearth/v1/sealed", "secret": recipient, "sealing_key": hpke.x25519(recipient)}
    return keys | {"cases": made}


FILES = {
    "request": requests,
    "output": outputs,
    "engine": engines,
    "leaf": leaves,
    "tree": trees,
    "ticket": tickets,
    "receipt": receipts,
    "voucher": vouchers,
    "bearer": bearers,
    "possession": possessions,
    "signature": signatures,
    "sealed": seals,
    "door": doors,
    "draw": draws,
    "round": rounds,
    "fee": fees,
    "charge": charges,
    "price": prices,
}


def lines(value):
    """JSON with a case a line."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(each) for each in value) + "\n]"
    return json.dumps(value)


def spread(value):
    """JSON of a whole file."""
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"{json.dumps(name)}: {lines(each)}" for name, each in value.items()) + "\n}\n"
    return lines(value) + "\n"


def main():
    secp256k1.check()
    hpke.check()
    files = {HERE / f"{name}.json": spread(shown(make())) for name, make in FILES.items()}
    if sys.argv[1:] != ["--check"]:
        for file, content in files.items():
            file.write_text(content)
        return 0
    on_disk = {file: file.read_text() for file in HERE.glob("*.json")}
    behind = sorted(file.name for file in {**files, **on_disk} if files.get(file) != on_disk.get(file))
    if behind:
        print(f"schema/vectors/{', '.join(behind)}: not what the script writes; run `make vectors`", file=sys.stderr)
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
