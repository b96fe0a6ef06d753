"""PROTOCOL.md, section 2, a second time: the bytes that are hashed and signed, and the rules that both sides compute."""

import hashlib
import struct

DOLLAR = 10**12
ZERO = bytes(32)
U128 = 2**128 - 1


# Bytes.


def u8(number):
    return struct.pack(">B", number)


def u64(number):
    return struct.pack(">Q", number)


def u128(number):
    return struct.pack(">QQ", number >> 64, number & (2**64 - 1))


def preimage(what, *fields):
    """tag ‖ fields, each field behind its length; texts are written as they are."""
    raw = [field.encode() if isinstance(field, str) else field for field in fields]
    return f"hearth/v1/{what}".encode() + b"".join(struct.pack(">I", len(field)) + field for field in raw)


def sha256(data):
    return hashlib.sha256(data).digest()


def digest(what, *fields):
    return sha256(preimage(what, *fields))


def scope_fields(scope):
    return scope["chain"], scope["market"], u64(scope["deal"])


def totals_fields(totals):
    return *(u64(totals[name]) for name in ("count", "input", "cached", "output")), u128(totals["spent"])


def request(salt, canonical):
    return preimage("request", salt, canonical)


def output(salt, tokens):
    return preimage("output", salt, struct.pack(f">{len(tokens)}I", *tokens))


def engine(statement):
    texts = statement["class"], statement["version"], statement["sampler"]
    return preimage("engine", statement["model"], *texts, u64(statement["seed"]))


def leaf(of):
    digests = (of[name] for name in ("request", "output", "evidence", "bundle", "engine"))
    counts = (u64(of["counts"][name]) for name in ("input", "cached", "output"))
    return preimage("leaf", u64(of["index"]), *digests, *counts, u8(of["finish"]), u128(of["fee"]))


def ticket(scope, node, asked):
    return preimage("ticket", *scope_fields(scope), u64(node), asked)


def receipt(scope, leaf_hash, totals, top):
    return preimage("receipt", *scope_fields(scope), leaf_hash, *totals_fields(totals), top)


def voucher(scope, seq, totals, top):
    return preimage("voucher", *scope_fields(scope), u64(seq), *totals_fields(totals), top)


def bearer(scope, node, expiry, cap, nonce):
    return preimage("bearer", *scope_fields(scope), u64(node), u64(expiry), u128(cap), nonce)


def possession(chain, bonds, owner):
    return preimage("possession", chain.encode(), bonds.encode(), owner.encode())


# The door.


def canonical(api, body):
    """What a request's digest is over: the API's word, a line feed, the body as it came."""
    return f"{api}\n{body}".encode()


def seed(number):
    return preimage("seed", u64(number))


# The tree: RFC 6962, section 2.1, where a node is its hash and its sum.


def split(count):
    """The largest power of two below a count."""
    return 1 << (count - 1).bit_length() - 1


def over(left, right):
    return digest("node", left[0], u128(left[1]), right[0], u128(right[1])), left[1] + right[1]


def top(nodes):
    if len(nodes) == 1:
        return nodes[0]
    middle = split(len(nodes))
    return over(top(nodes[:middle]), top(nodes[middle:]))


def path(index, nodes):
    """From the bottom up, what a leaf needs to reach the top."""
    if len(nodes) == 1:
        return []
    middle = split(len(nodes))
    if index < middle:
        return path(index, nodes[:middle]) + [top(nodes[middle:])]
    return path(index - middle, nodes[middle:]) + [top(nodes[:middle])]


def frontier(nodes):
    """The tops of the perfect subtrees that a count's binary digits name, the largest first."""
    edge, start = [], 0
    for height in reversed(range(len(nodes).bit_length())):
        if len(nodes) >> height & 1:
            edge.append(top(nodes[start : start + (1 << height)]))
            start += 1 << height
    return edge


def root(scope, count, node):
    return digest("root", *scope_fields(scope), u64(count), u128(node[1]), node[0])


# The draw.


def rho(chain, audit, deal, n, drawn, randomness):
    return preimage("draw", chain, audit, u64(deal), u64(n), u64(drawn), randomness)


def quantum(detection, safety, saving, slash, bond):
    """Q = max(1, q·s·B / (κ·γ)), all factors in ten-thousandths."""
    return max(1, min(U128, detection * slash * bond // (safety * saving)))


def points(randomness, before, spent, size, contested):
    """The points of (before, spent] that are opened, in the order of their drawing."""
    fee = spent - before
    number = lambda what, *fields: int.from_bytes(digest(what, randomness, *fields), "big")
    if fee == 0:
        return []
    drawn = min(16, fee // size + (number("frac") % size < fee % size))
    numbers = [number("point", u64(k)) for k in range(drawn)] + [number("contest")] * contested
    return [before + 1 + each % fee for each in numbers]


# The beacon.


def due(networks, gaps, commit, delay, grid):
    """The network and the round for a commit of this time."""
    acting = max(i for i, network in enumerate(networks) if network["from"] <= commit)
    base = commit
    for gap in gaps:
        if gap["from"] <= base < gap["to"]:
            base = gap["to"]
    genesis, period = networks[acting]["genesis"], networks[acting]["period"]
    number = grid
    while genesis + (number - 1) * period < base + delay:
        missing = -(-(base + delay - genesis - (number - 1) * period) // (period * grid))
        number += missing * grid
    return acting, number


# Money. What does not fit into 128 bits is None.


def ceil(dividend, divisor):
    return -(-dividend // divisor)


def fits(amount):
    return amount if amount <= U128 else None


def fee(price, weights, counts):
    thousandths = counts["input"] * weights["input"] + counts["cached"] * weights["cached"] + counts["output"] * 1000
    return fits(ceil(price * thousandths, 1000))


def charge(dollars, price, decimals, escrow):
    """What is taken of the escrow, and whether it is short."""
    cost = ceil(dollars * 10**decimals, price)
    return min(cost, escrow), cost > escrow


def lock(max_spend, price, decimals):
    return fits(ceil(max_spend * 10**decimals * 105, price * 100))


def stable(before, spent, decimals):
    unit = 10 ** (12 - decimals)
    return ceil(spent, unit) - ceil(before, unit)


def bond_value(stake, low, decimals):
    return min(U128, stake * low * 8 // (10**decimals * 10))


# The grid of prices.


def tick_price(tick):
    exponent, mantissa = divmod(tick, 900)
    return (mantissa + 100) * 10**exponent


def tick_at_most(price):
    """The dearest tick whose price is not above this one; None below the grid."""
    return max((tick for tick in range(32_400) if tick_price(tick) <= price), default=None)
