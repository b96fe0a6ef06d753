"""ECDSA over secp256k1 with the nonces of RFC 6979: slow, not constant in time, for the fixed vectors alone."""

import hashlib
import hmac

P = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HALF = ORDER // 2
BASE = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def add(a, b):
    """The sum of two points; None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(scalar, point):
    """The multiple of a point, by doubling."""
    product = None
    while scalar:
        if scalar & 1:
            product = add(product, point)
        point = add(point, point)
        scalar >>= 1
    return product


def public(secret):
    """The compressed public key of 33 bytes."""
    x, y = times(int.from_bytes(secret, "big"), BASE)
    return bytes([2 + (y & 1)]) + x.to_bytes(32, "big")


def nonces(secret, digest):
    """The candidates for k of RFC 6979, section 3.2, with SHA-256."""
    reduced = int.from_bytes(digest, "big") % ORDER
    seed = secret + reduced.to_bytes(32, "big")
    mac = lambda key, data: hmac.new(key, data, hashlib.sha256).digest()
    key, value = bytes(32), b"\1" * 32
    for separator in (b"\0", b"\1"):
        key = mac(key, value + separator + seed)
        value = mac(key, value)
    while True:
        value = mac(key, value)
        yield int.from_bytes(value, "big")
        key = mac(key, value + b"\0")
        value = mac(key, value)


def sign(secret, digest):
    """The low-S signature of a digest: 64 bytes, r then s."""
    for k in nonces(secret, digest):
        if not 0 < k < ORDER:
            continue
        r = times(k, BASE)[0] % ORDER
        s = pow(k, -1, ORDER) * (int.from_bytes(digest, "big") + r * int.from_bytes(secret, "big")) % ORDER
        if r and s:
            return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


def high(signature):
    """The twin of a low-S signature, which other verifiers would accept too."""
    return signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")


def check():
    """The signature of secp256k1 and SHA-256 that is quoted everywhere: key 1, "Satoshi Nakamoto"."""
    signature = sign((1).to_bytes(32, "big"), hashlib.sha256(b"Satoshi Nakamoto").digest())
    assert signature.hex() == (
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
    )
