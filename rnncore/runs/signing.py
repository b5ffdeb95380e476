"""What the server has signed: ids of visitors, and links that let somebody in."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Literal

Purpose = Literal["visitor", "control", "text"]
"""What a signature is for: an identity, a link that hands over a run, a link to an own text."""


def sign(secret: str, purpose: Purpose, name: str) -> str:
    """The signature of `name`, 22 characters that fit a URL: HMAC-SHA-256 shortened to 128 bits."""
    message = f"{purpose}:{name}".encode("utf-8", "replace")
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def signed(secret: str, purpose: Purpose, name: str, signature: str) -> bool:
    """Whether `signature` is that of `name`, found out in the same time for every wrong one."""
    expected = sign(secret, purpose, name).encode()
    return hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
