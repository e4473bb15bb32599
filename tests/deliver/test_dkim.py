"""Our DKIM signatures, verified by dkimpy, whose DNS is a table."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as curve_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from digest.deliver.dkim import KEY_FILE, Signer, signer
from digest.errors import DeliveryError
from tests.deliver.test_compiling import compiled, reader

NOW = datetime(2026, 1, 26, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rsa() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: object, path: Path) -> dict[str, str]:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))  # type: ignore[attr-defined]
    return {KEY_FILE: str(path)}


def record(found: Signer) -> bytes:
    """What stands in the DNS for a signer."""
    public = found.key.public_key()
    if isinstance(found.key, RSAPrivateKey):
        data, kind = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "rsa"
    else:
        data, kind = public.public_bytes(Encoding.Raw, PublicFormat.Raw), "ed25519"
    return f"v=DKIM1; k={kind}; p={b64encode(data).decode()}".encode()


def verifies(data: bytes, found: Signer) -> bool:
    def ask(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"digest._domainkey.paper.example."
        return record(found)

    return bool(dkim.verify(data + b"\r\n", dnsfunc=ask))


@pytest.fixture(params=["rsa", "ed25519"])
def found(request: pytest.FixtureRequest, rsa: RSAPrivateKey, tmp_path: Path) -> Signer:
    key = rsa if request.param == "rsa" else Ed25519PrivateKey.generate()
    made = signer("paper.example", "digest", pem(key, tmp_path / "key.pem"), NOW)
    assert made is not None
    assert made.algorithm == f"{request.param}-sha256"
    return made


def test_dkimpy_verifies_what_we_sign(found: Signer) -> None:
    """RSA and Ed25519, names in Chinese, quoted-printable and base64."""
    ready = compiled(signer=found)
    for language in ("zh-Hant-TW", "en"):
        for name in ("", "王禎", "A very long name that has to be " * 4):
            data = ready.wire(reader(name=name, language=language))
            assert data is not None
            assert verifies(data, found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"List-Unsubscribe: <https", b"List-Unsubscribe: <httpx"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Click"),
        (b"List-Unsubscribe-Post: ", b"X-Unsubscribe-Post: "),
        (b"\r\nSubject: ", b"\r\nSubject: Re: "),
        (b"\r\nTo: ", b"\r\nFrom: eve@example.org\r\nTo: "),
        (b"PGh0bWw", b"PGh0bWx"),
    ],
)
def test_whatever_is_changed_no_longer_verifies(found: Signer, before: bytes, after: bytes) -> None:
    """Both fields of one-click unsubscribing, subject, a second From, and the body."""
    data = compiled(signer=found).wire(reader())
    assert data is not None
    changed = data.replace(before, after, 1)
    if changed == data:  # the body's first letters, wherever they fell
        changed = data[:-400] + (b"A" if data[-400:-399] != b"A" else b"B") + data[-399:]
    assert not verifies(changed, found)


def test_signed_fields_are_named(found: Signer) -> None:
    """`h=` covers everything; From, Subject and the way to leave once more than they stand there."""
    data = compiled(signer=found).wire(reader()) or b""
    names = re.search(rb"h=([^;]+);", data)
    assert names
    signed = re.sub(rb"\s", b"", names[1]).split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"list-id", b"feedback-id", b"to"} <= set(signed)
    assert (signed.count(b"from"), signed.count(b"subject"), signed.count(b"to")) == (2, 2, 1)
    assert [signed.count(each) for each in (b"list-unsubscribe", b"list-unsubscribe-post")] == [2, 2]


def test_a_key_that_cannot_be_used(tmp_path: Path) -> None:
    """No file, no key, a weak one, one of another kind: each a sentence, and none without a domain."""
    (tmp_path / "none.pem").write_text("no key")
    weak = generate_private_key(public_exponent=65537, key_size=1024)
    environments = [
        {},
        {KEY_FILE: str(tmp_path / "missing")},
        {KEY_FILE: str(tmp_path / "none.pem")},
        pem(weak, tmp_path / "weak.pem"),
        pem(curve_key(SECP256R1()), tmp_path / "curve.pem"),
    ]
    for environment in environments:
        assert signer("", "digest", environment, NOW) is None
        with pytest.raises(DeliveryError, match="DKIM"):
            signer("paper.example", "digest", environment, NOW)
