"""Signatures with a reviewer's own key: Ed25519, by the `cryptography` library."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from analysis.errors import ParameterError, Problem

ALGORITHM = "Ed25519"
_LARGEST_KEY_FILE = 65_536


def read_private_key(path: Path, *, ask_password: Callable[[], str]) -> Ed25519PrivateKey:
    """Read a reviewer's private key.

    Parameters
    ----------
    path : Path
        PEM, PKCS #8, with a password or without.
    ask_password : callable
        Asked where the file is encrypted.

    Raises
    ------
    ParameterError
        If the file is no such key, or the password is wrong.
    """
    content = _read(path)
    try:
        try:
            key = load_pem_private_key(content, password=None)
        except TypeError:
            key = load_pem_private_key(content, password=ask_password().encode())
    except (ValueError, TypeError) as error:
        raise _no_key(path, "a private key that can be read") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, f"a key of the kind {ALGORITHM}")
    return key


def sign(key: Ed25519PrivateKey, content: bytes) -> str:
    """Sign, and give the signature in base64."""
    return base64.b64encode(key.sign(content)).decode("ascii")


def public_part(key: Ed25519PrivateKey) -> str:
    """Give the public key in base64."""
    return _text(key.public_key())


def is_signed(content: bytes, *, signature: str, public_key: str) -> bool:
    """Whether a signature in base64 is that of `content` under a public key in base64.

    Examples
    --------
    >>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    >>> signature = sign(key, b"approved")
    >>> is_signed(b"approved", signature=signature, public_key=public_part(key))
    True
    >>> is_signed(b"rejected", signature=signature, public_key=public_part(key))
    False
    """
    try:
        raw = base64.b64decode(signature, validate=True)
        if base64.b64encode(raw).decode("ascii") != signature:
            return False
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(raw, content)
    except (ValueError, InvalidSignature):
        return False
    return True


def read_public_keys(place: Path) -> dict[str, str]:
    """Read the public keys that a verifier trusts, each file named as its owner.

    Parameters
    ----------
    place : Path
        A PEM file, or a folder of them: ``Wang Li.pem``.

    Returns
    -------
    dict of str to str
        The owner's name, as `same_name` has it, by the key in base64.

    Raises
    ------
    ParameterError
        If nothing is there, or a file is no public key.
    """
    paths = sorted(place.glob("*.pem")) if place.is_dir() else [place]
    if not paths:
        raise ParameterError(
            Problem(
                what="the folder holds no public key",
                needed="files NAME.pem, each named as its owner",
                where=str(place),
            )
        )
    found: dict[str, str] = {}
    for path in paths:
        try:
            key = load_pem_public_key(_read(path))
        except (ValueError, TypeError) as error:
            raise _no_key(path, "a public key in PEM") from error
        if not isinstance(key, Ed25519PublicKey):
            raise _no_key(path, f"a key of the kind {ALGORITHM}")
        found[_text(key)] = same_name(path.stem)
    return found


def same_name(name: str) -> str:
    """Give a name as it is compared: without regard to case, width and blanks.

    Examples
    --------
    >>> same_name("  Wang  LI ") == same_name("Ｗang li")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _text(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode("ascii")


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_KEY_FILE:
            raise _no_key(path, "a file of a key, which is small")
        return path.read_bytes()
    except OSError as error:
        raise _no_key(path, "a file that can be read") from error


def _no_key(path: Path, needed: str) -> ParameterError:
    return ParameterError(
        Problem(
            what=f"{path.name} is no key to sign or verify with",
            needed=needed,
            next_step="docs/how-to/sign-off.md says how to make one.",
        )
    )
