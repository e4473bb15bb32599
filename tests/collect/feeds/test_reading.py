"""The workers that feeds are parsed in: killed at the deadline, bounded in memory, never the parent."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from digest.collect.feeds import worker as worker_module
from digest.collect.feeds.exchange import Answer, Request, read_frame, write_frame
from digest.collect.feeds.parsing import parse_feed
from digest.collect.feeds.reading import Readers
from digest.collect.feeds.worker import answer, bound, serve

URL = "https://feeds.example/feed.xml"
GOOD = b"<rss version='2.0'><channel><title>T</title><item><link>https://x.example/a</link></item></channel></rss>"
SLOW = b"<rss version='2.0'><channel><item>" + b"<a>" * 1_000_000
"""Three million bytes of tags that are never closed: feedparser needs minutes."""


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.fixture
def readers():
    with Readers(seconds=20, processes=1) as made:
        yield made


def test_a_worker_parses_as_the_parser_does(readers: Readers) -> None:
    """What comes back is what the pure function gives; one process does it all."""
    assert readers.read(GOOD, "text/xml", URL) == parse_feed(GOOD, "text/xml", URL, most=500)
    first = readers._idle[0].pid
    feed = readers.read(GOOD, "text/xml", URL, known={"https://x.example/a"}, last=9)
    assert [each.rule for each in feed.problems] == ["feed-shrunk"]
    assert readers._idle[0].pid == first != os.getpid()


def test_the_parent_never_parses() -> None:
    """Reading a feed loads neither feedparser nor a parser of XML into this process."""
    code = (
        "import sys\n"
        "from digest.collect.feeds.reading import Readers\n"
        "with Readers() as readers:\n"
        f"    feed = readers.read({GOOD!r}, '', {URL!r})\n"
        "assert feed.items, feed\n"
        "print([name for name in sys.modules if name.startswith(('feedparser', 'xml.sax', 'nh3'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stdout


def test_a_slow_feed_is_given_up_at_the_deadline() -> None:
    """Its process is killed and gone, the problem says why, and the next feed is read as ever."""
    with Readers(seconds=1, processes=1) as readers:
        begun = time.monotonic()
        worker = readers._take()
        readers._idle.append(worker)
        feed = readers.read(SLOW, "", URL)
        assert time.monotonic() - begun < 15  # of the minutes that it would take
        assert (feed.failed, [each.rule for each in feed.problems]) == (True, ["feed-slow"])
        assert not alive(worker.pid)
        assert "longer than 1 s" in feed.problems[0].sentence
    with Readers(seconds=30, processes=1) as readers:
        assert readers.read(GOOD, "", URL).items


def test_a_worker_that_stops_listening_is_killed_too() -> None:
    """The deadline holds while the request is still being written: nothing waits for a full pipe."""
    with Readers(seconds=1, max_bytes=10**8, processes=1) as readers:
        worker = readers._take()
        readers._idle.append(worker)
        os.kill(worker.pid, 19)  # SIGSTOP
        feed = readers.read(b" " * 10_000_000, "", URL)
        assert feed.problems[0].rule == "feed-slow"
        assert not alive(worker.pid)


def test_processor_time_is_bounded_by_the_system() -> None:
    """Should nobody be left to kill it, the system ends a worker by itself."""
    code = (
        "from digest.collect.feeds.worker import bound, confine\nconfine()\nbound(10, -1)\nwhile True: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == -24  # SIGXCPU


def test_a_worker_ends_with_its_parent() -> None:
    """The end of stdin is the end of the work."""
    done = subprocess.run(
        [sys.executable, "-m", "digest.collect.feeds.worker"], input=b"", timeout=60, check=False
    )
    assert done.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux")
def test_memory_is_bounded() -> None:
    """A worker that asks for more than its feed's size allows gets a MemoryError, which is a problem."""
    code = (
        "import sys\n"
        "from digest.collect.feeds import worker\n"
        "worker.parse_feed = lambda *a, **k: bytearray(2_000_000_000)\n"
        "worker.main()\n"
    )
    request = Request(body=GOOD, content_type="", url=URL, most=5, seconds=5)
    data = msgspec.msgpack.encode(request)
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=len(data).to_bytes(4, "big") + data,
        capture_output=True,
        timeout=60,
        check=True,
    )
    made = msgspec.msgpack.decode(done.stdout[4:], type=Answer)
    assert (made.worn, made.feed.problems[0].rule) == (True, "feed-memory")


def test_a_large_feed_fits_into_its_memory(readers: Readers) -> None:
    """Five million bytes of ordinary items, ten times more than are read, are no memory fault."""
    item = b"<item><title>n</title><link>https://x.example/%d</link><description>" + b"w " * 400
    item += b"</description></item>"
    body = b"<rss version='2.0'><channel>" + b"".join(item % n for n in range(5_000)) + b"</channel></rss>"
    feed = readers.read(body[:5_000_000], "", URL)
    assert (len(feed.items), feed.failed) == (500, False)


def test_fifty_thousand_items_are_read_to_the_cap(readers: Readers) -> None:
    """And no further, well within the deadline."""
    item = "<item><title>n {0}</title><link>https://x.example/{0}</link></item>"
    body = f"<rss version='2.0'><channel>{''.join(item.format(n) for n in range(50_000))}</channel></rss>"
    feed = readers.read(body.encode(), "", URL)
    assert (len(feed.items), feed.problems[0].rule) == (500, "feed-long")


def test_a_feed_over_the_bound_is_not_even_sent(readers: Readers) -> None:
    """Twenty million bytes begin no process."""
    feed = readers.read(b"x" * 20_000_000, "", URL)
    assert (feed.failed, feed.problems[0].rule, readers._idle) == (True, "feed-large", [])


def test_a_worker_that_dies_is_that_feeds_problem(readers: Readers) -> None:
    """Killed in the middle: the feed has failed, the next one gets a new process."""
    worker = readers._take()
    readers._idle.append(worker)
    killer = threading.Timer(0.3, lambda: os.kill(worker.pid, 9))
    killer.start()
    feed = readers.read(SLOW, "", URL)
    killer.join()
    assert (feed.failed, feed.problems[0].rule) == (True, "feed-crash")
    assert readers.read(GOOD, "", URL).items


def test_a_worker_that_died_idle_is_replaced(readers: Readers) -> None:
    """Nobody's feed suffers for it."""
    readers.read(GOOD, "", URL)
    os.kill(readers._idle[0].pid, 9)
    while readers._idle[0].alive:
        time.sleep(0.01)
    assert readers.read(GOOD, "", URL).items


def test_a_worn_worker_is_given_up(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has grown large is not asked again."""
    body = GOOD.replace(b"</channel>", b"<!-- " + b"x" * 4_900_000 + b" --></channel>")
    monkeypatch.setattr(worker_module, "_WORN", 1)
    assert answer(Request(body=GOOD, content_type="", url=URL, most=5, seconds=5)).worn
    readers.read(body, "", URL)
    assert all(each.alive for each in readers._idle)


def test_many_threads_share_few_processes() -> None:
    """Twelve feeds at once, two processes, each gets its own answer."""
    with Readers(seconds=60, processes=2) as readers:
        found: dict[int, str] = {}

        def ask(number: int) -> None:
            body = GOOD.replace(b"/a<", b"/%d<" % number)
            found[number] = readers.read(body, "", URL).items[0].url

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == {number: f"https://x.example/{number}" for number in range(12)}
        assert len(readers._idle) <= 2
        pids = [each.pid for each in readers._idle]
    assert not any(alive(pid) for pid in pids)


def test_an_interrupt_leaves_no_process(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while a feed is read ends its worker, and goes on."""
    worker = readers._take()
    readers._idle.append(worker)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(worker), "_exchange", interrupted)
    with pytest.raises(KeyboardInterrupt):
        readers.read(GOOD, "", URL)
    assert not alive(worker.pid)
    assert readers._idle == []


def test_a_worker_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the environment only what a Python needs to start."""
    monkeypatch.setenv("DIGEST_SMTP_PASSWORD", "hush")
    with Readers(processes=1) as readers:
        worker = readers._take()
        readers._idle.append(worker)
        environment = Path(f"/proc/{worker.pid}/environ")
        assert not environment.exists() or b"hush" not in environment.read_bytes()


def test_a_folder_full_of_namesakes_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site with a `digest.py` or `feedparser.py` of its own: the worker takes ours."""
    for name in ("digest", "feedparser", "msgspec"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    with Readers(processes=1) as readers:
        assert readers.read(GOOD, "", URL).items


@pytest.mark.parametrize(
    ("error", "rule"),
    [(MemoryError(), "feed-memory"), (RecursionError(), "feed-broken"), (KeyError("x"), "feed-crash")],
)
def test_whatever_the_parser_raises_is_a_problem(
    error: Exception, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the end of the process: nobody knows what state it is in."""

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(worker_module, "parse_feed", broken)
    made = answer(Request(body=GOOD, content_type="", url=URL, most=5, seconds=5))
    assert (made.worn, made.feed.failed, made.feed.problems[0].rule) == (True, True, rule)


def test_a_worker_of_a_large_parent_is_not_worn_from_its_birth(readers: Readers) -> None:
    """What the parent had in memory does not count as the worker's."""
    large = bytearray(400_000_000)
    large[::4096] = b"x" * len(large[::4096])
    readers.read(GOOD, "text/xml", URL)
    first = readers._idle[0].pid
    readers.read(GOOD, "text/xml", URL)
    assert readers._idle[0].pid == first


def test_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are answered in order until there are none, one is torn, or the process is worn."""
    monkeypatch.setattr(worker_module, "bound", lambda size, seconds: None)
    monkeypatch.setattr(worker_module, "peak", lambda: 0)  # the tests' own process may be large
    request = msgspec.msgpack.encode(Request(body=GOOD, content_type="", url=URL, most=5, seconds=5))
    given = io.BytesIO()
    for _ in range(2):
        write_frame(given, request)
    given.write(b"\0\0\1\0torn")
    given.seek(0)
    answers = io.BytesIO()
    serve(given, answers)
    answers.seek(0)
    for _ in range(2):
        frame = read_frame(answers, 10_000)
        assert frame is not None
        assert msgspec.msgpack.decode(frame, type=Answer).feed.items
    assert read_frame(answers, 10_000) is None
    monkeypatch.setattr(worker_module, "_WORN", -1)
    given.seek(0)
    answers = io.BytesIO()
    serve(given, answers)
    answers.seek(0)
    assert read_frame(answers, 10_000) is not None
    assert read_frame(answers, 10_000) is None


def test_a_worker_serves_its_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers alone go to stdout: what a library prints goes to stderr."""
    request = msgspec.msgpack.encode(Request(body=GOOD, content_type="", url=URL, most=5, seconds=5))
    answers = io.BytesIO()
    given = io.BytesIO(len(request).to_bytes(4, "big") + request)
    monkeypatch.setattr(worker_module, "bound", lambda size, seconds: print("noise"))
    monkeypatch.setattr(worker_module, "confine", lambda: None)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(given))
    out = io.TextIOWrapper(answers)  # kept: one that nobody holds closes its bytes
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    worker_module.main()
    answers.seek(0)
    frame = read_frame(answers, 10_000)
    assert frame is not None
    assert msgspec.msgpack.decode(frame, type=Answer).feed.items


def test_an_answer_that_is_too_long_is_not_read() -> None:
    """A length of four gigabytes is believed of nobody."""
    assert read_frame(io.BytesIO(b"\xff\xff\xff\xffabc"), 1_000) is None


def test_bounds_are_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory grows with the feed, processor time with what was used before; hard limits stay."""
    asked: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", asked.__setitem__)
    bound(1_000_000, 10)
    assert asked[resource.RLIMIT_AS][0] == worker_module._BASE + 48_000_000
    assert asked[resource.RLIMIT_CPU][0] >= 12
    worker_module.confine()
    assert asked[resource.RLIMIT_FSIZE] == (0, 0)
