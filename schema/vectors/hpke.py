"""HPKE (RFC 9180) in base mode with X25519, HKDF-SHA256 and ChaCha20-Poly1305: slow, for the fixed vectors alone."""

import hashlib
import hmac
import struct

FIELD = 2**255 - 19
KEM = b"KEM" + struct.pack(">H", 0x0020)
SUITE = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0003)


def x25519(secret, point=(9).to_bytes(32, "little")):
    """RFC 7748, section 5: the Montgomery ladder."""
    k = int.from_bytes(secret, "little") & ~7 & ~(1 << 255) | 1 << 254
    x1 = int.from_bytes(point, "little") & ~(1 << 255)
    x2, z2, x3, z3 = 1, 0, x1, 1
    for bit in reversed(range(255)):
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        square, other = a * a, b * b
        rest = square - other
        sum_, difference = d * a + c * b, d * a - c * b
        moved = square * other, rest * (square + 121665 * rest), sum_ * sum_, x1 * difference * difference
        x2, z2, x3, z3 = (value % FIELD for value in moved)
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, FIELD - 2, FIELD) % FIELD).to_bytes(32, "little")


def block(key, counter, nonce):
    """RFC 8439, section 2.3: a block of ChaCha20."""
    begin = list(struct.unpack("<4I8I", b"expand 32-byte k" + key)) + [counter, *struct.unpack("<3I", nonce)]
    state = begin[:]
    columns = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)]
    diagonals = [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]
    for a, b, c, d in (columns + diagonals) * 10:
        for left, right, mixed, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[left] = (state[left] + state[right]) & 0xFFFFFFFF
            word = state[mixed] ^ state[left]
            state[mixed] = (word << turn | word >> 32 - turn) & 0xFFFFFFFF
    return struct.pack("<16I", *((old + new) & 0xFFFFFFFF for old, new in zip(begin, state)))


def poly1305(key, message):
    """RFC 8439, section 2.5: the authenticator."""
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    sum_ = 0
    for start in range(0, len(message), 16):
        sum_ = (sum_ + int.from_bytes(message[start : start + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((sum_ + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def encrypt(key, nonce, aad, plain):
    """RFC 8439, section 2.8: ciphertext and tag."""
    stream = b"".join(block(key, 1 + i, nonce) for i in range(-(-len(plain) // 64)))
    cipher = bytes(a ^ b for a, b in zip(plain, stream))
    padded = lambda data: data + bytes(-len(data) % 16)
    lengths = struct.pack("<QQ", len(aad), len(cipher))
    return cipher + poly1305(block(key, 0, nonce)[:32], padded(aad) + padded(cipher) + lengths)


def extract(suite, salt, label, secret):
    """LabeledExtract of RFC 9180, section 4."""
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + secret, hashlib.sha256).digest()


def expand(suite, key, label, info, length):
    """LabeledExpand of RFC 9180, section 4, for one block of output."""
    data = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info + b"\1"
    return hmac.new(key, data, hashlib.sha256).digest()[:length]


def seal(ephemeral, recipient, info, aad, plain):
    """Seals once to a public key, with a given ephemeral secret: enc, then the ciphertext."""
    enc = x25519(ephemeral)
    shared = extract(KEM, b"", b"eae_prk", x25519(ephemeral, recipient))
    shared = expand(KEM, shared, b"shared_secret", enc + recipient, 32)
    context = b"\0" + extract(SUITE, b"", b"psk_id_hash", b"") + extract(SUITE, b"", b"info_hash", info)
    secret = extract(SUITE, shared, b"secret", b"")
    key = expand(SUITE, secret, b"key", context, 32)
    nonce = expand(SUITE, secret, b"base_nonce", context, 12)
    return enc + encrypt(key, nonce, aad, plain)


def check():
    """RFC 9180, appendix A.2.1, its first encryption."""
    ephemeral = bytes.fromhex("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600")
    recipient = x25519(bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"))
    assert recipient.hex() == "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"
    sealed = seal(ephemeral, recipient, b"Ode on a Grecian Urn", b"Count-0", b"Beauty is truth, truth beauty")
    assert sealed[:32].hex() == "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
    assert sealed[32:].hex() == (
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    )
