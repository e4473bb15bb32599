"""Debian's dovecot as a private IMAP server on loopback: folder, config and users of its own."""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

USER, PASSWORD = "returns", "p4ss word"

CONFIG = """\
base_dir = {top}/run
state_dir = {top}/state
log_path = {top}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{top}/cert.pem
ssl_key = <{top}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
first_valid_uid = 0
mail_location = maildir:{top}/mail
mail_uid = {uid}
mail_gid = {gid}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {top}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Dovecot:
    """A running server with one mailbox; `port` is plain with STARTTLS, `tls_port` is sealed."""

    def __init__(self) -> None:
        # Not under pytest's folder, which is closed to the users that its processes run as.
        self.top = Path(tempfile.mkdtemp(prefix="digest-dovecot-"))
        self.port, self.tls_port = _free(), _free()

    def __enter__(self) -> Dovecot:
        for name in ("run", "state", "home", "mail"):
            (self.top / name).mkdir(parents=True)
        owner = pwd.getpwnam("mail") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        for name in ("home", "mail"):
            os.chown(self.top / name, owner.pw_uid, owner.pw_gid)
        self._certificate()
        (self.top / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
        (self.top / "dovecot.conf").write_text(
            CONFIG.format(
                top=self.top,
                port=self.port,
                tls_port=self.tls_port,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                login="dovenull",
                internal="dovecot",
                group="dovecot",
            )
        )
        os.chmod(self.top, 0o755)  # noqa: PTH101 its login processes are another user
        program = shutil.which("dovecot", path="/usr/sbin:/usr/bin") or "dovecot"
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self.top / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self.top, ignore_errors=True)

    def _certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-keyout", str(self.top / "key.pem"),
             "-out", str(self.top / "cert.pem")],
            check=True, capture_output=True,
        )  # fmt: skip

    def _wait(self) -> None:
        for _ in range(60):
            try:
                with imaplib.IMAP4("127.0.0.1", self.port, timeout=5) as client:
                    client.login(USER, PASSWORD)
                    return
            except (OSError, imaplib.IMAP4.error):
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
        log = self.top / "dovecot.log"
        raise AssertionError(f"dovecot did not start: {log.read_text() if log.exists() else 'no log'}")

    def client(self) -> imaplib.IMAP4:
        """A client of the test's own, its folder selected."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        client.select("INBOX")
        return client

    def put(self, *mails: bytes) -> None:
        """Let mails arrive."""
        with self.client() as client:
            for raw in mails:
                client.append("INBOX", None, None, raw.replace(b"\n", b"\r\n"))

    def flags(self) -> list[tuple[int, set[str]]]:
        """UID and flags of every mail that is there."""
        with self.client() as client:
            _, found = client.uid("SEARCH", "ALL")
            uids = found[0].split()
            if not uids:
                return []
            _, rows = client.uid("FETCH", b",".join(uids), "(UID FLAGS)")
        flagged = []
        for row in rows:
            text = row.decode() if isinstance(row, bytes) else row[0].decode()
            uid = int(text.partition("UID ")[2].split(" ")[0].rstrip(")"))
            flagged.append((uid, {str(f.decode()) for f in imaplib.ParseFlags(text.encode())}))
        return flagged
