"""The sender is killed at random points: nobody is lost, and who is mailed twice is few and told."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.deliver.outgoing import missing, owed, states
from tests.servers.smtp import MailServer

pytestmark = pytest.mark.network


def killed(
    path: Path, server: MailServer, connections: int, policy: str, kills: int, chance: random.Random
) -> int:
    """Run senders until one comes to its end, killing so many of them; returns how many were killed."""
    line = [
        sys.executable,
        "-m",
        "tests.deliver.outgoing",
        str(path),
        str(server.port),
        str(connections),
        policy,
    ]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = 0
    for _ in range(kills + 1):
        before = len(server.taken)
        with subprocess.Popen(line, env=environment) as sender:
            left = states(path).get("pending", 0)
            target = before + chance.randint(1, max(1, left // max(1, kills - done)))
            while done < kills and sender.poll() is None:
                if len(server.taken) >= target:
                    time.sleep(chance.random() * 0.01)
                    sender.send_signal(signal.SIGKILL)
                    done += 1
                    break
                time.sleep(0.0005)
            assert sender.wait(120) in (0, -signal.SIGKILL)
            if sender.returncode == 0:
                break
    return done


def assert_kept(path: Path, recipients: int, connections: int, policy: str, kills: int, seed: int) -> None:
    """Kill, and hold what arrived against what the outbox says."""
    owed(path, range(1, recipients + 1))
    with MailServer() as server:
        done = killed(path, server, connections, policy, kills, random.Random(seed))
    assert done >= kills // 2
    found, counts = states(path), server.counts
    assert set(found) <= {"sent", "uncertain"}
    assert not missing(path, counts)
    doubled = sum(counts.values()) - len(counts)
    if policy == "hold":
        assert doubled == 0
        assert found.get("uncertain", 0) <= connections * done
        assert len(counts) >= found["sent"]
    else:
        assert found == {"sent": recipients}
        assert len(counts) == recipients
        assert doubled <= connections * done
    ids = {(each.recipient, each.message_id) for each in server.taken}
    assert len(ids) == len(counts)


@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_killing_loses_nobody(tmp_path: Path, policy: str) -> None:
    """Five kills each: 0 lost; `hold`: none twice; else one a connection and kill, same Message-ID."""
    assert_kept(tmp_path / "outbox.db", 1_200, 5, policy, 5, seed=5)


@pytest.mark.soak
@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_killing_a_hundred_times_loses_nobody(tmp_path: Path, policy: str) -> None:
    """A hundred kills of a send to ten thousand over ten connections."""
    assert_kept(tmp_path / "outbox.db", 10_000, 10, policy, 100, seed=100)
