"""The installed `digest` as a process: streams, pipes, signals, completion."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest

from digest.cli.commands import run

NOW = "2026-01-26T09:00:00+08:00"
DIGEST = Path(sys.executable).parent / "digest"


def _run(*words: object, **more) -> subprocess.CompletedProcess[str]:
    line = [DIGEST, *map(str, words)]
    return subprocess.run(line, check=False, capture_output=True, timeout=60, encoding="utf-8", **more)


def test_streams(site: Path) -> None:
    """The object is all that is on stdout, and UTF-8 whatever the locale."""
    result = _run("collect", "-C", site, "--json", env={**os.environ, "LC_ALL": "C"})
    assert result.returncode == 0
    assert result.stderr == ""
    assert "茶樹" in str(json.loads(result.stdout))


def test_ascii_terminal_gets_escapes(site: Path) -> None:
    """Where stdout cannot say 茶 it says its escape; it does not fail."""
    result = _run("collect", "-C", site, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0
    assert "\\u8336" in result.stdout


def test_closed_pipe(site: Path) -> None:
    """A reader that has gone leaves no traceback."""
    done = subprocess.run(
        ["/bin/bash", "-c", f"'{DIGEST}' config schema | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}"],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() in {"0", "141"}
    assert done.stderr == ""


@pytest.mark.network
def test_preview_ends_at_ctrl_c(site: Path) -> None:
    """The preview answers, and ends at SIGINT without a traceback."""
    process = subprocess.Popen(
        [DIGEST, "preview", "-C", site, "--port", "0", "--no-open", "--now", NOW, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = "".join(process.stdout.readline() for _ in range(3))
        assert json.loads(said)["address"].startswith("http://127.0.0.1:")
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode in {0, 130}
    assert "Traceback" not in errors


def test_terminal_is_asked(site: Path) -> None:
    """On a real terminal publish asks, and Enter alone means no."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [DIGEST, "publish", "-C", site, "--now", NOW],
        stdin=slave, stdout=subprocess.DEVNULL, stderr=slave,
    )  # fmt: skip
    os.close(slave)
    heard = b""
    os.write(master, b"\n")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            chunk = os.read(master, 4096)
        except OSError:  # Linux says EIO when the other side has closed
            break
        heard += chunk
    assert process.wait(30) == 3
    os.close(master)
    assert "Seal weekly/1?" in heard.decode()
    assert not (site / "archive").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell: str) -> None:
    """Each shell gets a script that completes digest."""
    env = {**os.environ, "_DIGEST_COMPLETE": f"source_{shell}", "SHELL": f"/bin/{shell}"}
    assert "_DIGEST_COMPLETE" in _run(env=env).stdout


def test_completion_knows_commands_and_options() -> None:
    """`digest pu<TAB>` is publish, and `digest archive v<TAB>` is verify."""

    def completed(line: str) -> str:
        words = {"_DIGEST_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
        return _run(env={**os.environ, **words}).stdout

    assert completed("digest pu").split() == ["publish"]
    assert completed("digest archive v").split() == ["verify"]
    assert "--drafts" in completed("digest build --d")


def test_a_command_imports_only_what_it_needs() -> None:
    """Help, version and completion come at once: no database, template engine or config model is imported."""
    heavy = "{'sqlalchemy', 'pydantic', 'jinja2', 'mjml', 'PIL'}"
    code = f"import digest.cli.commands, sys; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "[]\n"


WRONG = (
    "bogus",
    "build --now soon",
    "build --bogus",
    "test",
    "archive",
    "archive bogus",
    "import",
    "new poem x",
)


@pytest.mark.parametrize("words", WRONG)
def test_wrong_arguments_are_one_object_for_programs(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --json, before or after the command, a usage error is the one object on stdout, with exit 2."""
    monkeypatch.setattr(sys, "argv", ["digest"])  # after these two Typer names the program
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    for line in (f"--json {words}", f"{words} --json"):
        with pytest.raises(SystemExit) as ended:
            run(line.split())  # what the script of the test below calls
        told = _wrong(capsys.readouterr().out)
        assert (ended.value.code, told["code"]) == (2, 2)


def test_a_wrong_argument_is_one_object_of_the_process(tmp_path: Path) -> None:
    """The same of the installed program."""
    result = _run("archive", "bogus", "--json", cwd=tmp_path)
    assert (result.returncode, _wrong(result.stdout)["code"], result.stderr) == (2, 2, "")


def _wrong(out: str) -> dict:
    """What an object tells of a wrong argument."""
    told = json.loads(out)["error"]
    assert told["sentence"]
    assert told["subject"].startswith("digest")
    assert told["hint"] == f"`{told['subject']} -h` tells how it is used"
    return told


def test_wrong_arguments_are_said_as_every_error_is() -> None:
    """Sentence, place and hint without a box, and nothing of what pydantic puts before its own; exit 2."""
    done = _run("subscribers", "list", "--state", "happy")
    first, place, hint = done.stderr.splitlines()
    assert done.returncode == 2
    assert first.startswith("error  Invalid value for '--state': 'happy' is not one of 'pending', 'active'")
    assert (place, hint) == (
        "  digest subscribers list",
        "  hint  `digest subscribers list -h` tells how it is used",
    )
    alone = _run("subscribers")
    assert (alone.returncode, "error" in alone.stderr) == (2, False)
    assert "The people who get an edition" in alone.stdout + alone.stderr


def test_version_as_json() -> None:
    """The version is an object, too."""
    assert json.loads(_run("--version", "--json").stdout)["version"]


def _wait_until_it_listens(pid: int) -> None:
    """Until the process has its own answer to SIGTERM: before that it is Python that is starting."""
    for _ in range(3000):
        status = Path(f"/proc/{pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.01)
    raise AssertionError("digest never began")


@pytest.mark.parametrize(("order", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("after", [0, 0.3, 0.7])
def test_an_order_to_stop_leaves_nothing(site: Path, order: int, code: int, after: float) -> None:
    """SIGINT and SIGTERM while loading or building end without a traceback and without half a draft."""
    process = subprocess.Popen(
        [DIGEST, "build", "-C", site, "--now", NOW],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    _wait_until_it_listens(process.pid)
    time.sleep(after)
    process.send_signal(order)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in {code, 130, 0}
    assert "Traceback" not in errors
    left = {path.name for path in (site / "build").rglob("*") if path.name.startswith(".")}
    assert left <= {".digest-draft"}


LOST = """
import os, signal, sys, time, types, weakref

def run(words):
    clearing = type("Clearing", (), {})()
    told = weakref.ref(clearing, lambda _: signal.raise_signal(int(words[0])))
    del clearing
    time.sleep(30)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are told to ignore it
sys.modules["digest.cli.commands"] = types.SimpleNamespace(run=run)
from digest.cli import main
main()
"""


@pytest.mark.parametrize(("order", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_order_that_python_drops_is_given_again(order: int, code: int) -> None:
    """What is raised while an object is cleared away goes no further; the command stops all the same."""
    line = [sys.executable, "-c", LOST, str(int(order))]
    done = subprocess.run(line, check=False, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize("words", [["init", "new-site"], ["publish", "--now", NOW]])
def test_the_end_of_input_is_no_answer(site: Path, words: list[str]) -> None:
    """Ctrl-D at a question stops or means no; it is no fault of digest."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [DIGEST, "-C", site, *words], stdin=slave, stdout=subprocess.DEVNULL, stderr=slave
    )
    os.close(slave)
    heard = b""
    os.write(master, b"\x04")
    with contextlib.suppress(OSError):
        while chunk := os.read(master, 4096):
            heard += chunk
    os.close(master)
    assert process.wait(30) in {3, 130}
    assert b"itself failed" not in heard
