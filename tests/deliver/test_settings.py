"""Where mail goes out, from config and environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.config import DeliveryTable
from digest.deliver.settings import Server, is_loopback, secret, server
from digest.errors import DeliveryError

TABLE = DeliveryTable(host="smtp.example.org", port=465, tls="implicit", username="ann", timeout_seconds=9)


def test_without_a_host_there_is_no_server() -> None:
    """Neither config nor environment names one: mail is written as files."""
    assert server(DeliveryTable(), {}) is None
    assert server(DeliveryTable(), {"DIGEST_SMTP_PORT": "25"}) is None


def test_config_is_taken_as_it_is() -> None:
    """Every key of [delivery] arrives; there is no password in a file of the site."""
    assert server(TABLE, {}) == Server(
        host="smtp.example.org", port=465, tls="implicit", username="ann", password="", timeout=9, verify=True
    )


def test_environment_wins() -> None:
    """Each DIGEST_SMTP_… overrides its key."""
    environment = {
        "DIGEST_SMTP_HOST": "127.0.0.1",
        "DIGEST_SMTP_PORT": "2525",
        "DIGEST_SMTP_TLS": "none",
        "DIGEST_SMTP_USERNAME": "bob",
        "DIGEST_SMTP_PASSWORD": "pässword",
    }
    found = server(TABLE, environment)
    assert found == Server(
        host="127.0.0.1", port=2525, tls="none", username="bob", password="pässword", timeout=9, verify=False
    )
    assert "pässword" not in repr(found)
    assert found.name == "127.0.0.1:2525"


def test_empty_variable_is_no_override() -> None:
    """An empty variable, as compose files make them, leaves the config alone."""
    found = server(TABLE, {"DIGEST_SMTP_HOST": "", "DIGEST_SMTP_TLS": ""})
    assert found
    assert (found.host, found.tls) == ("smtp.example.org", "implicit")


def test_password_from_a_file(tmp_path: Path) -> None:
    """The file's line end is not part of the secret."""
    path = tmp_path / "password"
    path.write_text("open sesame\n")
    found = server(TABLE, {"DIGEST_SMTP_PASSWORD_FILE": str(path)})
    assert found
    assert found.password == "open sesame"


def test_missing_password_file_is_named(tmp_path: Path) -> None:
    """A secret that cannot be read stops the sending and says which file."""
    path = str(tmp_path / "nothing")
    with pytest.raises(DeliveryError, match="DIGEST_SMTP_PASSWORD_FILE") as caught:
        server(TABLE, {"DIGEST_SMTP_PASSWORD_FILE": path})
    assert caught.value.subject == path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIGEST_SMTP_PORT", "smtp"),
        ("DIGEST_SMTP_PORT", "0"),
        ("DIGEST_SMTP_PORT", "65536"),
        ("DIGEST_SMTP_PORT", "²"),
        ("DIGEST_SMTP_TLS", "ssl"),
    ],
)
def test_wrong_values_are_refused(name: str, value: str) -> None:
    """A port that is none and a way of sealing that is none name the variable."""
    with pytest.raises(DeliveryError) as caught:
        server(TABLE, {name: value})
    assert caught.value.subject == name


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("mail.localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("localhost.example.org", False),
        ("smtp.example.org", False),
    ],
)
def test_loopback_is_known(host: str, expected: bool) -> None:
    """Certificates are checked everywhere but on this machine itself."""
    assert is_loopback(host) is expected


def test_secret_comes_from_the_environment(tmp_path: Path) -> None:
    """DIGEST_SECRET or its file; without them a key of the site's address, the same every time."""
    path = tmp_path / "secret"
    path.write_text("file\n")
    assert secret({"DIGEST_SECRET": "given"}, "https://e.org") == b"given"
    assert secret({"DIGEST_SECRET_FILE": str(path)}, "https://e.org") == b"file"
    assert secret({}, "https://e.org") == secret({}, "https://e.org") != secret({}, "https://f.org")
