"""Messages as they arrive: our verifier against dkimpy's signatures, and what a relay may do to a message."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from digest.deliver.arrived import check
from tests.deliver.test_domain import Zone

HEAD = (
    b"From: Paper <news@a.example>\r\nTo: ann@example.org\r\nSubject: Two  words\r\n and a fold\r\n"
    b"List-Unsubscribe: <https://a.example/u/1>,\r\n <mailto:u@a.example>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)
BODY = b"One  line \r\n\r\n\ttwo\r\n\r\n\r\n"
ALL = [b"from", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"]
RSA = generate_private_key(public_exponent=65537, key_size=2048)
PEM = RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = b64encode(RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
ED = Ed25519PrivateKey.generate()
ED_PUBLIC = b64encode(ED.public_key().public_bytes_raw()).decode()
KEYS = {
    ("s._domainkey.a.example", "TXT"): [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    ("e._domainkey.a.example", "TXT"): [
        f"v=DKIM1; k=ed25519; p={b64encode(ED.public_key().public_bytes_raw()).decode()}"
    ],
    ("s._domainkey.b.example", "TXT"): [f"p={PUBLIC}"],
    ("s._domainkey.in.a.example", "TXT"): [f"p={PUBLIC}"],
    ("_dmarc.a.example", "TXT"): ["v=DMARC1; p=none"],
}


def signed(
    head: bytes = HEAD,
    body: bytes = BODY,
    *,
    domain: bytes = b"a.example",
    forms: tuple[bytes, bytes] = (b"relaxed", b"relaxed"),
    fields: list[bytes] = ALL,
    length: bool = False,
) -> bytes:
    """A message with dkimpy's signature before it."""
    message = head + b"\r\n" + body
    return (
        dkim.sign(message, b"s", domain, PEM, canonicalize=forms, include_headers=fields, length=length)
        + message
    )


def told(data: bytes, **zone) -> tuple[str, str]:
    """State and sentence of what is said of the signature."""
    one = check(data, Zone(KEYS | zone))[1]
    assert one.state == "ok" or one.hint
    return one.state, one.sentence


@pytest.mark.parametrize("head", [b"relaxed", b"simple"])
@pytest.mark.parametrize("body", [b"relaxed", b"simple"])
@pytest.mark.parametrize("text", [BODY, b"", b"\r\n\r\n", b"no end", b" \t \r\n", b"a \t b  \r\n  c\r\n"])
def test_every_form(head: bytes, body: bytes, text: bytes) -> None:
    """Both canonicalisations of both parts, and bodies that end in every way; saved with LF no less."""
    data = signed(body=text, forms=(head, body))
    assert told(data) == ("ok", "a.example signed it, List-Unsubscribe and -Post included")
    assert told(data.replace(b"\r\n", b"\n"))[0] == "ok"


def test_a_length_and_what_a_list_added() -> None:
    """`l=` covers the beginning alone; without it a footer breaks the signature."""
    assert told(signed(length=True) + b"footer\r\n")[0] == "ok"
    assert "the body was changed" in told(signed() + b"footer\r\n")[1]


def test_ed25519() -> None:
    """RFC 8463, by dkimpy's own signature."""
    seed = b64encode(ED.private_bytes_raw())
    message = HEAD + b"\r\n" + BODY
    signature = dkim.sign(
        message, b"e", b"a.example", seed, include_headers=ALL, signature_algorithm=b"ed25519-sha256"
    )
    assert told(signature + message)[0] == "ok"
    assert told(signature + message.replace(b"Two", b"Ten"))[0] == "error"


def test_our_own_signature(tmp_path: Path) -> None:
    """That of [dkim], as every reader gets it."""
    from digest.deliver.dkim import signer
    from tests.deliver.test_dkim import NOW, pem

    ours = signer("a.example", "s", pem(RSA, tmp_path / "key.pem"), NOW)
    assert ours
    assert ours.public == PUBLIC
    head = HEAD.removesuffix(b"\r\n")
    body = b"One line\r\ntwo"
    data = ours.field(head, body) + head + b"\r\n\r\n" + body + b"\r\n"
    assert told(data)[0] == "ok"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda data: data.replace(b"Two", b"Ten"), "a field was changed"),
        (lambda data: data.replace(b"One  line", b"Won  line"), "the body was changed"),
        (lambda data: data.replace(b"a=rsa-sha256", b"a=rsa-sha1"), "rsa-sha1 counts as none"),
        (lambda data: data.replace(b"s=s;", b"s=lost;"), "no key at lost._domainkey.a.example"),
        (lambda data: data.replace(b" bh=", b" l=x; bh="), "it cannot be read"),
        (lambda data: HEAD + b"\r\n" + BODY, "without a DKIM signature"),
    ],
)
def test_what_does_not_hold(changed, said: str) -> None:
    """An error that says why."""
    state, sentence = told(changed(signed()))
    assert (state, said in sentence) == ("error", True), sentence


def test_who_signs() -> None:
    """One of the same organisation will do by DMARC's relaxed alignment, another's provider will not."""
    assert told(signed(domain=b"in.a.example"))[0] == "ok"
    assert "signed by b.example, not by a.example" in told(signed(domain=b"b.example"))[1]
    strict = {("_dmarc.a.example", "TXT"): ["v=DMARC1; p=none; adkim=s"]}
    one = check(signed(domain=b"in.a.example"), Zone(KEYS | strict))[1]
    assert one.state == "error"
    both = signed(signed(domain=b"b.example").partition(b"From:")[0] + HEAD)
    assert told(both)[0] == "ok"


def test_a_key_that_is_none() -> None:
    """Another kind of key, or one that is no key."""
    other = ED.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for record in ("p=AAAA", f"p={b64encode(other).decode()}"):
        one = check(signed(), Zone(KEYS | {("s._domainkey.a.example", "TXT"): [record]}))[1]
        assert "another key signed" in one.sentence


@pytest.mark.parametrize("lacking", [b"list-unsubscribe", b"list-unsubscribe-post"])
def test_what_is_not_covered(lacking: bytes) -> None:
    """RFC 8058 §4: a signature over the other fields alone is no proof of one click."""
    state, sentence = told(signed(fields=[each for each in ALL if each != lacking]))
    assert (state, f"does not cover {lacking.decode()}" in sentence) == ("error", True)


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        HEAD + b"List-Unsubscribe: <https://relay.example/u>\r\n",
        HEAD + b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        HEAD.replace(b"https:", b"http:"),
        HEAD.replace(b"=One-Click", b"=Two-Clicks"),
        b"From: news@a.example\r\n",
    ],
)
def test_one_click_that_did_not_arrive(head: bytes) -> None:
    """Lost, doubled or changed on its way."""
    one = check(head + b"\r\nbody\r\n", Zone(KEYS))[0]
    assert (one.name, one.state) == ("one click", "error")
    assert check(signed(), Zone(KEYS))[0].state == "ok"
