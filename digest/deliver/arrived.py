"""A message as it arrived: whether its DKIM signature holds, and covers what one click needs (RFC 8058)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from hashlib import sha256
from typing import Final

from digest.deliver.domain import Checked, Resolver, policy_of, tags

NEEDED: Final = ("list-unsubscribe", "list-unsubscribe-post")
_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:(?:[^\r]|\r\n[ \t])*")
_HOLLOW: Final = re.compile(rb"([;:]\s*b\s*=)[^;]*")  # `b=` and its value, but not `bh=`
_FOLD: Final = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A DKIM signature: who signed, which fields it is over, and why it does not hold, if it does not."""

    domain: str
    covers: frozenset[str]
    fault: str = ""


def check(data: bytes, names: Resolver) -> tuple[Checked, ...]:
    """What an arrived message tells of RFC 8058 and of DMARC. Raises DigestError where the DNS fails."""
    data = re.sub(rb"\r?\n", b"\r\n", data)
    head, _, body = data.partition(b"\r\n\r\n")
    fields = [(found[1].lower().decode(), found[0]) for found in _FIELD.finditer(head)]
    return _leaving(fields), _signed(fields, signatures(fields, body, names), names)


def _leaving(fields: Sequence[tuple[str, bytes]]) -> Checked:
    """RFC 8058 §3.1: each field once, and one https address in it."""
    ways = [_value(raw) for name, raw in fields if name == NEEDED[0]]
    posts = [_value(raw) for name, raw in fields if name == NEEDED[1]]
    said = [*ways, *posts]
    if len(ways) == 1 and ways[0].count("<https://") == 1 and posts == ["List-Unsubscribe=One-Click"]:
        return Checked(name="one click", state="ok", sentence="List-Unsubscribe and -Post arrived, once each")
    return Checked(
        name="one click",
        state="error",
        sentence=f"one-click unsubscribing is broken: {'; '.join(said) or 'neither field arrived'}",
        hint="the server must hand both fields on as they are, and add none of its own",
    )


def _signed(fields: Sequence[tuple[str, bytes]], found: Sequence[Signature], names: Resolver) -> Checked:
    """That one signature holds, is aligned with From, and covers both fields (RFC 8058 §4)."""
    author = parseaddr(next((_value(raw) for name, raw in fields if name == "from"), ""))[1].rpartition("@")[
        2
    ]
    if not found:
        return _bad("it arrived without a DKIM signature", "let the server sign, or sign by [dkim]")
    good = [each for each in found if not each.fault]
    if not good:
        told = "; ".join(f"{each.domain}: {each.fault}" for each in found)
        return _bad(f"no signature holds: {told}", "nothing may change the message once it is signed")
    policy = policy_of(names, author)
    own = [
        each
        for each in good
        if each.domain == author or (policy and policy.aligned(author, each.domain, "adkim"))
    ]
    if not own:
        who = ", ".join(each.domain for each in good)
        return _bad(f"it is signed by {who}, not by {author}", "let the server sign for the domain of From")
    lacking = [each for each in NEEDED if not any(each in one.covers for one in own)]
    if lacking or not any(one.covers.issuperset(NEEDED) for one in own):
        what = " and ".join(lacking) or "both fields at once"
        return _bad(
            f"the signature of {own[0].domain} does not cover {what}", "sign by [dkim], which covers all"
        )
    return Checked(
        name="signature",
        state="ok",
        sentence=f"{own[0].domain} signed it, List-Unsubscribe and -Post included",
    )


def _bad(sentence: str, hint: str) -> Checked:
    return Checked(name="signature", state="error", sentence=sentence, hint=hint)


def signatures(fields: Sequence[tuple[str, bytes]], body: bytes, names: Resolver) -> tuple[Signature, ...]:
    """Every DKIM signature among the fields, held against them, the body and the keys of the DNS."""
    return tuple(_one(raw, fields, body, names) for name, raw in fields if name == "dkim-signature")


def _one(raw: bytes, fields: Sequence[tuple[str, bytes]], body: bytes, names: Resolver) -> Signature:
    said = {name: re.sub(r"\s", "", value) for name, value in tags(_value(raw)).items()}
    covers = frozenset(said.get("h", "").lower().split(":")) - {""}
    try:
        fault = _fault(said, raw, fields, body, names)
    except ValueError:
        fault = "it cannot be read"
    return Signature(domain=said.get("d", "").lower(), covers=covers, fault=fault)


def _fault(
    said: dict[str, str], raw: bytes, fields: Sequence[tuple[str, bytes]], body: bytes, names: Resolver
) -> str:
    head_form, _, body_form = said.get("c", "simple/simple").partition("/")
    text = _body(body, relaxed=body_form == "relaxed")
    if "l" in said:
        text = text[: int(said["l"])]
    if said.get("a") not in ("rsa-sha256", "ed25519-sha256"):
        return f"its algorithm {said.get('a', '')} counts as none"
    if b64decode(said.get("bh", "")) != sha256(text).digest():
        return "the body was changed after signing"
    lines = [*_chosen(said.get("h", "").lower().split(":"), fields), _HOLLOW.sub(rb"\1", raw)]
    signed = b"\r\n".join(_head(each, relaxed=head_form == "relaxed") for each in lines)
    place = f"{said.get('s', '')}._domainkey.{said.get('d', '')}"
    keys = [tags(each).get("p", "").replace(" ", "") for each in names.texts(place)]
    if not any(keys):
        return f"there is no key at {place}"
    good = any(_holds(said["a"], b64decode(key), b64decode(said.get("b", "")), signed) for key in keys if key)
    return "" if good else "a field was changed after signing, or another key signed"


def _holds(algorithm: str, key: bytes, signature: bytes, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        if algorithm == "ed25519-sha256":
            Ed25519PublicKey.from_public_bytes(key).verify(signature, sha256(signed).digest())
            return True
        public = load_der_public_key(key)
        if isinstance(public, RSAPublicKey):
            public.verify(signature, signed, PKCS1v15(), SHA256())
            return True
    except (InvalidSignature, ValueError):
        return False
    return False


def _chosen(wanted: Sequence[str], fields: Sequence[tuple[str, bytes]]) -> Iterator[bytes]:
    """The fields that `h=` names: of several of one name the last first (RFC 6376 §5.4.2)."""
    left: dict[str, list[bytes]] = {}
    for name, raw in fields:
        left.setdefault(name, []).append(raw)
    for name in wanted:
        if left.get(name):
            yield left[name].pop()


def _head(raw: bytes, *, relaxed: bool) -> bytes:
    if not relaxed:
        return raw
    name, _, value = raw.partition(b":")
    return name.strip().lower() + b":" + b" ".join(_FOLD.sub(b"", value).split())


def _body(body: bytes, *, relaxed: bool) -> bytes:
    if relaxed:
        lines = [re.sub(rb"[ \t]+", b" ", each).rstrip(b" ") for each in body.split(b"\r\n")]
        body = b"\r\n".join(lines)
    trimmed = re.sub(rb"(?:\r\n)+\Z", b"", body)
    return trimmed + b"\r\n" if trimmed or not relaxed else b""


def _value(raw: bytes) -> str:
    return " ".join(_FOLD.sub(b"", raw.partition(b":")[2]).decode("utf-8", "replace").split())
