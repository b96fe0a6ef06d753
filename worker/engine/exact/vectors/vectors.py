#!/usr/bin/env python3
"""Writes vectors.json: README.md implemented a second time, in plain Python, with nothing in common with the crate.

Every f32 operation is done in binary64 and rounded to binary32 at once. For + - * / that gives the correctly rounded
result, since 53 >= 2 * 24 + 2. `--check` fails where the file is behind this script.
"""

import json
import math
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent


def bits(x):
    return struct.unpack("<I", struct.pack("<f", x))[0]


def number(b):
    return struct.unpack("<f", struct.pack("<I", b & 0xFFFFFFFF))[0]


def r(x):
    """To binary32, ties to even, overflow to infinity."""
    try:
        return struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


def add(a, b): return r(a + b)
def sub(a, b): return r(a - b)
def mul(a, b): return r(a * b)
def div(a, b): return r(a / b) if b else math.copysign(math.inf, a) * math.copysign(1, b)


# 1. Single values

LOG2E, LN2_HIGH, LN2_LOW = number(0x3FB8AA3B), number(0x3F317200), number(0x35BFBE8E)
NEAREST = 12582912.0


def exp(x):
    x = min(max(x, -105.0), 89.0)
    near = add(mul(x, LOG2E), NEAREST)
    n = sub(near, NEAREST)
    t = sub(sub(x, mul(n, LN2_HIGH)), mul(n, LN2_LOW))
    p = r(1 / 5040)
    for c in (1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1.0, 1.0):
        p = add(mul(p, t), r(c))
    n = int(n)
    first = n >> 1
    return mul(mul(p, 2.0**first), 2.0 ** (n - first))


def ln(x):
    if x == 0:
        return -math.inf
    if x == math.inf:
        return x
    m, e = math.frexp(x)
    if m < number(0x3F3504F3):
        m, e = m * 2, e - 1
    s = div(sub(m, 1.0), add(m, 1.0))
    z = mul(s, s)
    p = r(1 / 11)
    for c in (1 / 9, 1 / 7, 1 / 5, 1 / 3):
        p = add(mul(p, z), r(c))
    two = add(s, s)
    return add(mul(float(e), LN2_HIGH), add(two, add(mul(two, mul(z, p)), mul(float(e), LN2_LOW))))


def sqrt(x):
    """The exact root, rounded once: of an integer of 2 * 30 bits more than enough."""
    if x == 0 or x == math.inf:
        return x
    m, e = math.frexp(x)
    m, e = int(m * 2**53), e - 53
    if e % 2:
        m, e = m * 2, e - 1
    root = math.isqrt(m << 40)
    sticky = root * root != m << 40
    return r(math.ldexp((root << 1) | sticky, e // 2 - 21))


# 2. Sums and products


def tree(lanes):
    half = len(lanes) // 2
    while half:
        lanes = [add(lanes[i], lanes[i + half]) for i in range(half)]
        half //= 2
    return lanes[0]


def lane_sum(terms):
    lanes = [0.0] * 16
    for i, term in enumerate(terms):
        lanes[i % 16] = add(lanes[i % 16], term)
    return tree(lanes)


def dot(a, b):
    return lane_sum(mul(x, y) for x, y in zip(a, b))


def product(rows, weights):
    return [[dot(row, weight) for weight in weights] for row in rows]


# 3. Rows


def normalise(x, weight, epsilon):
    by = div(1.0, sqrt(add(div(lane_sum(mul(v, v) for v in x), float(len(x))), epsilon)))
    return [mul(mul(v, by), w) for v, w in zip(x, weight)]


def gate(g, u):
    return [mul(div(a, add(1.0, exp(-a))), b) for a, b in zip(g, u)]


# 4. Rotary embeddings, in binary64

LN2_HIGH64, LN2_LOW64 = 6.93147180369123816490e-01, 1.90821492927058770002e-10
HALF_PI_HIGH, HALF_PI_LOW = 1.57079632673412561417e00, 6.07710050650619224932e-11


def exp64(x):
    n = math.floor(x / (LN2_HIGH64 + LN2_LOW64) + 0.5)
    t = (x - n * LN2_HIGH64) - n * LN2_LOW64
    p = 1.0
    for k in range(16, 0, -1):
        p = 1.0 + p * t / k
    return p * 2.0**n


def ln64(x):
    m, e = math.frexp(x)
    if m < 0.7071067811865475:
        m, e = m * 2, e - 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 0.0
    for k in range(11, -1, -1):
        p = p * z + 1.0 / (2 * k + 1)
    return e * LN2_HIGH64 + (2.0 * s * p + e * LN2_LOW64)


def cos_sin64(x):
    n = math.floor(x / HALF_PI_HIGH + 0.5)
    t = (x - n * HALF_PI_HIGH) - n * HALF_PI_LOW
    z = t * t
    c = s = 1.0
    for k in range(9, 0, -1):
        c = 1.0 - c * z / ((2 * k - 1) * (2 * k))
        s = 1.0 - s * z / ((2 * k) * (2 * k + 1))
    s *= t
    return [(c, s), (-s, c), (-c, -s), (s, -c)][n % 4]


def frequency(theta, pair, size):
    return r(exp64(-((2 * pair) / size * ln64(theta))))


def angles(position, theta, size):
    pairs = [cos_sin64(mul(float(position), frequency(theta, pair, size))) for pair in range(size // 2)]
    return [r(c) for c, _ in pairs], [r(s) for _, s in pairs]


def turn(head, cosines, sines):
    half = len(head) // 2
    a, b = head[:half], head[half:]
    return [sub(mul(x, c), mul(y, s)) for x, y, c, s in zip(a, b, cosines, sines)] + [
        add(mul(y, c), mul(x, s)) for x, y, c, s in zip(a, b, cosines, sines)
    ]


# 5. A layer


def attend(ask, keys, values):
    scale = div(1.0, sqrt(float(len(ask))))
    scores = [mul(dot(ask, key), scale) for key in keys]
    most = max(scores)
    scores = [exp(sub(score, most)) for score in scores]
    total = lane_sum(scores)
    out = [0.0] * len(ask)
    for score, value in zip(scores, values):
        out = [add(o, mul(score, v)) for o, v in zip(out, value)]
    return [div(o, total) for o in out]


def layer(x, w, heads, groups, size, epsilon, theta):
    cut = lambda row: [row[i : i + size] for i in range(0, len(row), size)]
    normal = [normalise(row, w["before_attention"], epsilon) for row in x]
    turned = lambda row, position: [turn(head, *angles(position, theta, size)) for head in cut(row)]
    queries = [turned(row, i) for i, row in enumerate(product(normal, w["query"]))]
    keys = [turned(row, i) for i, row in enumerate(product(normal, w["key"]))]
    values = [cut(row) for row in product(normal, w["value"])]
    answers = []
    for i, row in enumerate(queries):
        answer = []
        for h, ask in enumerate(row):
            g = h // (heads // groups)
            answer += attend(ask, [keys[j][g] for j in range(i + 1)], [values[j][g] for j in range(i + 1)])
        answers.append(answer)
    x = [[add(a, b) for a, b in zip(*rows)] for rows in zip(x, product(answers, w["output"]))]
    normal = [normalise(row, w["before_gate"], epsilon) for row in x]
    gates = [gate(g, u) for g, u in zip(product(normal, w["gate"]), product(normal, w["up"]))]
    return [[add(a, b) for a, b in zip(*rows)] for rows in zip(x, product(gates, w["down"]))]


# 6. The sampler


def chacha(key, counter, nonce):
    start = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *struct.unpack("<8I", key), counter, *nonce]
    s = list(start)

    def quarter(a, b, c, d):
        for x, y, z, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            v = s[z] ^ s[x]
            s[z] = ((v << by) | (v >> (32 - by))) & 0xFFFFFFFF

    for _ in range(10):
        for q in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                  (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*q)
    return [(a + b) & 0xFFFFFFFF for a, b in zip(s, start)]


def pick(logits, temperature, top_p, top_k, seed, step):
    order = sorted(range(len(logits)), key=lambda i: (-logits[i], i))
    if temperature == 0:
        return order[0]
    depth = lambda i: div(sub(logits[i], logits[order[0]]), temperature)
    kept = order[:top_k] if top_k else order
    if top_p < 1:
        weights = [int(mul(exp(depth(i)), 2.0**40)) for i in kept]
        share, total, cumulative = int(mul(top_p, 2.0**24)), sum(weights), 0
        for count, weight in enumerate(weights, 1):
            cumulative += weight
            if cumulative << 24 >= share * total:
                kept = kept[:count]
                break

    def loudness(i):
        word = chacha(seed, i // 16, (step & 0xFFFFFFFF, step >> 32, 0))[i % 16]
        u = (2 * (word >> 9) + 1) / 2.0**24
        return add(depth(i), -ln(-ln(u)))

    return max(sorted(kept), key=loudness)


# What is written down


def stream(seed):
    """Numbers between -1 and 1 that need no library to repeat."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield r((state >> 40) / 8388608.0 - 1.0)


def vectors():
    numbers = stream(1)
    take = lambda n: [next(numbers) for _ in range(n)]
    hexes = lambda xs: [f"{bits(x):08x}" for x in xs]
    some = [0.0, 1.0, -1.0, 0.5, 88.7, -87.5, -103.0, 1e-3, -20.25, 3.14159] + [20 * x for x in take(40)]
    some = [r(x) for x in some]
    positive = [1.0, 2.0, 0.5, 1e-40, 1.17e-38, 3e38, 0.70710677, 0.9999999, 1.0000001] + [abs(x) for x in take(40)]
    positive = [r(x) for x in positive]
    heads, groups, size, width, inner, rows = 4, 2, 6, 20, 37, 5
    weights = {"before_attention": take(width), "before_gate": take(width)}
    shapes = {"query": (heads * size, width), "key": (groups * size, width), "value": (groups * size, width),
              "output": (width, heads * size), "gate": (inner, width), "up": (inner, width), "down": (width, inner)}
    for name, (n, k) in shapes.items():
        weights[name] = [take(k) for _ in range(n)]
    x = [take(width) for _ in range(rows)]
    flat = {name: hexes(w if isinstance(w[0], float) else [v for row in w for v in row]) for name, w in weights.items()}
    out = layer(x, weights, heads, groups, size, r(1e-5), 10000.0)
    logits = [mul(8.0, v) for v in take(100)]
    choices = []
    for i in range(60):
        seed = bytes((7 * i + j) % 256 for j in range(32))
        temperature = r((0.0, 0.7, 1.0, 1.9)[i % 4])
        top_p, top_k, step = r((1.0, 0.9, 0.35)[i % 3]), (0, 5, 40)[i // 3 % 3], i * 0x12345678
        token = pick(logits, temperature, top_p, top_k, seed, step)
        choices.append({"temperature": hexes([temperature])[0], "top_p": hexes([top_p])[0], "top_k": top_k,
                        "seed": seed.hex(), "step": step, "token": token})
    long = (take(100), take(100))
    turns = [(p, angles(p, 500000.0, 16)) for p in (0, 1, 2, 77, 4095, 100000)]
    return {
        "exp": [hexes([v, exp(v)]) for v in some],
        "ln": [hexes([v, ln(v)]) for v in positive],
        "sqrt": [hexes([v, sqrt(v)]) for v in positive],
        "dot": {"a": hexes(long[0]), "b": hexes(long[1]), "out": hexes([dot(*long)])[0]},
        "angles": {"theta": hexes([500000.0])[0], "size": 16,
                   "at": [{"position": p, "out": hexes(c + s)} for p, (c, s) in turns]},
        "layer": {"heads": heads, "groups": groups, "size": size, "width": width, "inner": inner,
                  "epsilon": hexes([1e-5])[0], "theta": hexes([10000.0])[0], "weights": flat,
                  "x": hexes([v for row in x for v in row]), "out": hexes([v for row in out for v in row])},
        "pick": {"logits": hexes(logits), "choices": choices},
    }


def main():
    text = "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(what)}" for name, what in vectors().items()) + "\n}\n"
    file = HERE / "vectors.json"
    if "--check" in sys.argv:
        sys.exit(0 if file.read_text() == text else "vectors.json is behind vectors.py")
    file.write_text(text)


main()
