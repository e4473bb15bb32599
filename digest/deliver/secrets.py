"""The site's secret, of which tokens, delivery ids and suppressions are made, and its predecessors."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hmac import digest
from pathlib import Path
from typing import Final

from digest.errors import DeliveryError

_SECRET: Final = "DIGEST_SECRET"  # noqa: S105 # the name of a variable
_OLD: Final = re.compile(r"DIGEST_SECRET_OLD(?:_?[0-9]+)?")
_FILE: Final = Path("var", "secret.key")
_LEAST: Final = 16
"""Bytes of the shortest secret that is taken: a word would be guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The site's secrets: by the first everything is signed, by each of them something may have been."""

    secrets: tuple[bytes, ...] = field(repr=False)

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        """A key for one purpose of each secret, the signing one first: 32 bytes, of no use for another."""
        return tuple(digest(secret, f"digest {purpose}".encode(), "sha256") for secret in self.secrets)

    def key(self, purpose: str) -> bytes:
        """The key by which things of one purpose are signed."""
        return self.keys(purpose)[0]


def keyring(environment: Mapping[str, str], root: Path) -> Keyring:
    """The secrets of a site, the one that signs first.

    That is `DIGEST_SECRET` or the file that `DIGEST_SECRET_FILE` names; else `var/secret.key` in the site,
    which is made once, for its owner alone. `DIGEST_SECRET_OLD` and `DIGEST_SECRET_OLD_2`, `_3` … (or their
    `_FILE`s), and `var/secret.key` where it is not the one that signs, still verify what they once signed.

    Raises:
        DeliveryError: a secret cannot be read, is too short to be one, or cannot be made.
    """
    signing = _given(environment, _SECRET)
    kept = _kept(root / _FILE)
    if signing is None and kept is None:
        kept = _made(root / _FILE)
    found = (signing, kept, *_old(environment))
    return Keyring(secrets=tuple(dict.fromkeys(each for each in found if each)))


def site_secret(environment: Mapping[str, str], root: Path) -> bytes:
    """The secret that signs; see keyring."""
    return keyring(environment, root).secrets[0]


def _old(environment: Mapping[str, str]) -> Iterator[bytes | None]:
    names = {name.removesuffix("_FILE") for name in environment}
    yield from (_given(environment, name) for name in sorted(names) if _OLD.fullmatch(name))


def _given(environment: Mapping[str, str], name: str) -> bytes | None:
    if environment.get(name):
        return _checked(environment[name].encode("utf-8", "surrogateescape"), name)
    path = environment.get(f"{name}_FILE", "")
    return _read(Path(path), f"{name}_FILE") if path else None


def _kept(path: Path) -> bytes | None:
    return _read(path, str(path)) if path.exists() else None


def _read(path: Path, name: str) -> bytes:
    try:
        return _checked(path.read_bytes().rstrip(b"\r\n"), name)
    except OSError as error:
        raise DeliveryError(
            f"the site's secret cannot be read: {error.strerror or error}",
            subject=str(path),
            hint=f"{name} is to be a readable file that holds nothing but the secret",
        ) from None


def _checked(secret: bytes, name: str) -> bytes:
    if len(secret) < _LEAST:
        raise DeliveryError(
            f"{name} is too short to be a secret: {len(secret)} bytes",
            subject=name,
            hint=f"{_LEAST} or more; `openssl rand -hex 32` makes one",
        )
    return secret


def _made(path: Path) -> bytes:
    """A new secret, on the disk before it is used; of several who make one at once, all get the same."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _link(temporary, path)
        _sync(path.parent)
    except OSError as error:
        raise DeliveryError(
            f"the site's secret cannot be made: {error.strerror or error}",
            subject=str(path),
            hint="let the folder be writable, or give the secret in DIGEST_SECRET",
        ) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return _read(path, str(path))


def _link(temporary: str, path: Path) -> None:
    """Give the file its name, unless somebody else was quicker; not every file system has links."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:
        if not path.exists():
            Path(temporary).replace(path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
