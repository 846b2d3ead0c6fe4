"""Web push: a message that only one browser can read (RFC 8291), from a server that says who it is (RFC 8292)."""

from __future__ import annotations

import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
MOST = RECORD - 16 - 1 - 86
"""Bytes of a message: what fits into one record beside its tag, the end mark and the header."""
TOKEN_LIVES = timedelta(hours=12)
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class BadSubscription(ValueError):
    """This is no push subscription of a browser."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is reached: an address of its push service, its public key (a point on P-256) and its secret."""

    endpoint: str
    p256dh: bytes
    auth: bytes

    @classmethod
    def read(cls, endpoint: str, p256dh: str, auth: str) -> Subscription:
        """Of the texts that a browser gives. Raises BadSubscription."""
        try:
            key, secret = from_base64url(p256dh), from_base64url(auth)
            ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, key)
            parts = urlsplit(endpoint)
        except ValueError as error:
            raise BadSubscription(
                "The browser's keys cannot be read. Switch notifications off and on again."
            ) from error
        if len(secret) != 16 or parts.scheme not in ("https", "http") or not parts.hostname:
            raise BadSubscription("The browser's address cannot be read. Switch notifications off and on again.")
        return cls(endpoint, key, secret)


class Vapid:
    """Who we are to push services: a key made of the server's secret, so that all gateways are the same sender.

    `contact`: mailto: or https: address that a push service may complain to.
    """

    def __init__(self, secret_key: str, contact: str) -> None:
        seed = HKDF(hashes.SHA256(), 48, salt=None, info=b"kickstand web push").derive(secret_key.encode())
        self._private = ec.derive_private_key(int.from_bytes(seed) % (_ORDER - 1) + 1, _CURVE)
        self._contact = contact
        self.public = to_base64url(_point(self._private.public_key()))
        """As browsers want it when they subscribe."""

    def headers(self, endpoint: str, now: datetime) -> Mapping[str, str]:
        """What a message to this address is sent with."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + TOKEN_LIVES, "sub": self._contact}
        token = jwt.encode(claims, self._private, algorithm="ES256")
        return {"Authorization": f"vapid t={token}, k={self.public}"}


def encrypt(
    message: bytes,
    to: Subscription,
    *,
    private: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """`message` as one record of aes128gcm (RFC 8188) for `to` alone. `private` and `salt` are random unless given.

    Raises ValueError for more than MOST bytes.
    """
    if len(message) > MOST:
        raise ValueError(f"a push message has {MOST} bytes at most")
    private = private or ec.generate_private_key(_CURVE)
    salt = salt or os.urandom(16)
    ours = _point(private.public_key())
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, to.p256dh))
    keying = _derive(shared, to.auth, b"WebPush: info\x00" + to.p256dh + ours, 32)
    key = _derive(keying, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(keying, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + struct.pack("!IB", RECORD, len(ours)) + ours
    return header + AESGCM(key).encrypt(nonce, message + b"\x02", None)


def to_base64url(octets: bytes) -> str:
    """Without padding, as browsers write it."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """With or without padding. Raises ValueError."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
