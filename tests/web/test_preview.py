"""The preview over HTTP and in Chromium, with a live server on loopback."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import uvicorn

from digest.errors import DigestError
from digest.press import Site
from digest.web import live
from digest.web.live import Live
from digest.web.preview import DeskServer, desk_app, listening, serve
from tests.accessible import violations
from tests.web.paper_desk import PIXEL, PaperDesk

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.network

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=ZoneInfo("Asia/Taipei"))
TEXT = "# 第一層\n這一期的兩位主角，都是論文的共同作者。\n"


class Preview:
    """A running preview of a paper desk."""

    def __init__(self, root: Path, port: int, said: list[str]) -> None:
        self.root = root
        self.port = port
        self.said = said
        self.address = f"http://127.0.0.1:{port}"
        self.issue = root / "articles" / "issue.txt"

    def get(self, path: str, method: str = "GET", host: str = "") -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers={"Host": host} if host else {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    @contextmanager
    def stream(self) -> Iterator[Callable[[], tuple[str, Any]]]:
        """Read the next event with its data."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", "/events")
        answer = connection.getresponse()
        assert answer.getheader("content-type", "").startswith("text/event-stream")

        def event() -> tuple[str, Any]:
            name, data = "", ""
            while True:
                line = answer.readline().decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif not line and name:
                    return name, json.loads(data)
                assert line or name, "the stream ended"

        try:
            yield event
        finally:
            answer.close()
            connection.close()


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A folder with an issue."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "issue.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


@contextmanager
def running(root: Path, languages: tuple[str, ...] = ("zh-Hant-TW",)) -> Iterator[Preview]:
    said: list[str] = []
    shown = Live(PaperDesk(root, languages), said.append)
    config = uvicorn.Config(desk_app(shown), log_level="warning", ws="none", timeout_graceful_shutdown=1)
    server = DeskServer(config, shown)
    with listening(0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until(lambda: bool(server.started and (shown.showing or shown.fault)))
        try:
            yield Preview(root, listener.getsockname()[1], said)
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def preview(paper: Path) -> Iterator[Preview]:
    with running(paper) as each:
        yield each


def until(met: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


# --- over HTTP -------------------------------------------------------------------------------------------


def test_page_has_a_strict_policy(preview: Preview) -> None:
    """The desk runs its own code only, is framed by nobody, and is never cached."""
    status, headers, body = preview.get("/")
    assert status == 200
    assert b"<iframe" in body
    assert b"allow-scripts" not in body
    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_frame_never_runs_a_script(preview: Preview) -> None:
    """The issue's frame may have inline styles, and no script at all."""
    _, headers, _ = preview.get("/frame")
    assert "script-src" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'self' 'unsafe-inline'"
    )


@pytest.mark.parametrize("path", ["/", "/events", "/assets/pixel.png", "/frame"])
def test_foreign_host_is_refused(preview: Preview, path: str) -> None:
    """A page of another site whose name points here (DNS rebinding) reads nothing."""
    status, _, body = preview.get(path, host="evil.example")
    assert status == 421
    assert b"issue" not in body


@pytest.mark.parametrize("host", ["localhost", "localhost:8120", "127.0.0.1:1", "[::1]:8120", "LOCALHOST"])
def test_own_names_are_served(preview: Preview, host: str) -> None:
    """This machine's names are right, with any port: a tunnel has another."""
    assert preview.get("/frame", host=host)[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(preview: Preview, method: str) -> None:
    """There is no address that takes anything."""
    assert {preview.get(path, method)[0] for path in ("/", "/events", "/assets/pixel.png")} == {405}


def test_assets_come_from_the_draft(preview: Preview) -> None:
    """A picture of the issue is served from memory; what is not in the issue is not there."""
    status, headers, body = preview.get("/assets/pixel.png")
    assert (status, headers["content-type"], body) == (200, "image/png", PIXEL)
    assert preview.get("/assets/a.x-y")[1]["content-type"] == "application/octet-stream"
    assert preview.get("/assets/nothing.png")[0] == 404
    assert preview.get("/assets/../articles/issue.txt")[0] == 404


def test_drawing_runs_nothing_by_itself(preview: Preview) -> None:
    """An SVG opened as a page of its own is in a sandbox."""
    assert "sandbox" in preview.get("/assets/evil.svg")[1]["content-security-policy"]


def test_static_files_are_a_list(preview: Preview) -> None:
    """Only the desk's own three files are served."""
    assert preview.get("/static/desk.js")[1]["content-type"].startswith("text/javascript")
    assert preview.get("/static/desk.css")[0] == 200
    assert preview.get("/static/icon.svg")[0] == 200
    assert preview.get("/static/desk.html")[0] == 404
    assert preview.get("/static/..%2fink%2fweb%2fissue.html.j2")[0] == 404


def test_save_sends_the_issue_itself(preview: Preview) -> None:
    """The event of a save holds the HTML, so that nothing need be fetched."""
    with preview.stream() as event:
        name, showing = event()
        assert name == "showing"
        assert "第一層" in showing["mails"][0]["html"]
        assert event() == ("fault", {"problems": [], "milliseconds": showing["milliseconds"]})
        preview.issue.write_text(TEXT + "改了。\n", encoding="utf-8")
        name, showing = event()
        assert "改了。" in showing["mails"][0]["html"]
        assert "web page" in showing["web"]
    assert any("articles/issue.txt" in line for line in preview.said)


def test_fault_has_its_place_and_leaves_the_issue(preview: Preview) -> None:
    """A broken save is told with file, line, frame and hint; the good issue is not taken away."""
    with preview.stream() as event:
        event(), event()
        preview.issue.write_text(TEXT + "!! broken here\n", encoding="utf-8")
        name, fault = event()
        assert name == "fault"
        problem = fault["problems"][0]
        assert problem["sentence"] == "broken here"
        assert problem["place"] == "articles/issue.txt:3:4"
        assert [number for number, _ in problem["frame"]] == [1, 2, 3, 4]
        preview.issue.write_text(TEXT, encoding="utf-8")
        assert event()[0] == "showing"
        assert event()[1]["problems"] == []
    with preview.stream() as event:
        assert event()[0] == "showing"


def test_broken_entry_keeps_the_last_good_issue_while_it_is_mended(preview: Preview) -> None:
    """A fault that leaves an entry out: saves of its file keep the last issue, saves elsewhere do not."""
    with preview.stream() as event:
        event(), event()
        preview.issue.write_text(TEXT + "! broken\n", encoding="utf-8")
        assert event()[0] == "fault"
        (preview.root / "articles" / "other.txt").write_text("x")
        assert event()[0] == "showing"
        assert len(event()[1]["problems"]) == 1


def test_faults_of_the_edges_and_of_ours_are_told(preview: Preview) -> None:
    """A disk that is gone says so; so does an exception that nobody foresaw, and the desk stays open."""
    with preview.stream() as event:
        event(), event()
        (preview.root / "edge.txt").write_text("")
        assert event()[1]["problems"][0]["sentence"] == "the disk is gone"
        (preview.root / "edge.txt").unlink()
        event(), event()
        preview.issue.write_text("boom", encoding="utf-8")
        problem = event()[1]["problems"][0]
        assert problem["sentence"] == "KeyError: 'boom'"
        assert "report" in problem["hint"]
        preview.issue.write_text(TEXT, encoding="utf-8")
        assert event()[0] == "showing"


def test_new_folder_is_watched_too(preview: Preview) -> None:
    """A folder that the config names and that comes later is watched from then on."""
    with preview.stream() as event:
        event(), event()
        (preview.root / "more").mkdir()
        until(lambda: sum("built" in line for line in preview.said) >= 2)
        (preview.root / "more" / "a.txt").write_text("x")
        until(lambda: any("more/a.txt" in line for line in preview.said))


def test_files_of_no_concern_build_nothing(preview: Preview) -> None:
    """Hidden files, an editor's temporary files and others in the root do not build."""
    before = len(preview.said)
    for name in (".issue.txt.swp", "4913", ".hidden", "issue.txt~"):
        (preview.root / "articles" / name).write_text("x")
    (preview.root / "notes.txt").write_text("x")
    time.sleep(0.3)
    assert len(preview.said) == before


def test_half_written_file_is_tried_again(paper: Path) -> None:
    """A fault that is gone a moment later is never told: the file was still being written."""
    with running(paper) as preview, preview.stream() as event:
        event(), event()

        original = PaperDesk.build
        calls = []

        def build(self: PaperDesk) -> Any:
            calls.append(1)
            if len(calls) == 1:
                raise DigestError("half a file")
            return original(self)

        PaperDesk.build = build  # type: ignore[method-assign]
        try:
            preview.issue.write_text(TEXT + "whole\n", encoding="utf-8")
            assert event()[0] == "showing"
            assert event()[1]["problems"] == []
        finally:
            PaperDesk.build = original  # type: ignore[method-assign]
        assert len(calls) == 2


# --- the process -----------------------------------------------------------------------------------------

SERVE = """
import sys
from pathlib import Path
from digest.web.preview import serve_desk
from tests.web.paper_desk import PaperDesk
serve_desk(PaperDesk(Path(sys.argv[1])), int(sys.argv[2]), say=lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_signal_with_an_open_stream_ends_at_once(paper: Path, root: Path, stop: signal.Signals) -> None:
    """An open page does not hold the process."""
    command = [sys.executable, "-c", SERVE, str(paper), "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        port = int(address.rstrip("/").rpartition(":")[2])
        assert address.startswith("http://127.0.0.1:")
        with Preview(paper, port, []).stream() as event:
            event()
            began = time.monotonic()
            process.send_signal(stop)
            process.wait(20)
            assert time.monotonic() - began < 5  # well under a second on a machine at rest
        assert "Traceback" not in process.stderr.read()  # type: ignore[union-attr]


def test_serve_says_where_and_ends_on_ctrl_c(site: Path) -> None:
    """serve says its address first, then a line for each build; Ctrl-C ends it without a traceback."""
    said: list[str] = []

    def ready(address: str) -> None:
        port = int(address.rstrip("/").rpartition(":")[2])

        def visit() -> None:
            with Preview(site, port, said).stream() as event:
                name, showing = event()
                said.append(f"{name} {showing['title']}")
                os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=visit).start()

    serve(Site.load(site), 0, now=NOW, say=said.append, ready=ready)
    assert said[0].startswith("http://127.0.0.1:")
    assert "built" in said[1]
    assert said[-1] == "showing Scratch Weekly"


def test_silent_stream_has_a_heartbeat(preview: Preview, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment now and then, by which a page that was closed is noticed."""
    monkeypatch.setattr(live, "HEARTBEAT", 0.02)
    connection = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=20)
    connection.request("GET", "/events")
    answer = connection.getresponse()
    until(lambda: answer.readline() == b": still here\n")
    answer.close()
    connection.close()


def test_taken_port_gives_way(paper: Path) -> None:
    """When the port is in use another one is found, on loopback only."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with listening(port) as listener:
            host, other = listener.getsockname()
    assert host == "127.0.0.1"
    assert other != port


def test_no_port_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that lets nobody listen is told as a fault of the machine."""

    def refuse(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(DigestError, match="no port"):
        listening(8120)


# --- in the browser --------------------------------------------------------------------------------------


@pytest.fixture
def desk(preview: Preview, browser: Browser) -> Iterator[Page]:
    yield from opened(preview, browser)


def opened(preview: Preview, browser: Browser, query: str = "", width: int = 1440) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"{preview.address}/{query}")
    page.wait_for_selector("#live[data-live=yes]")
    yield page
    context.close()
    assert not faults


def wait(page: Page, expression: str) -> None:
    """Wait until an expression holds; Playwright's own wait needs eval, which the desk refuses."""
    until(lambda: bool(page.evaluate(expression)))


INSIDE = "document.getElementById('frame').contentDocument"


@pytest.mark.browser
def test_edit_reaches_the_page(preview: Preview, desk: Page) -> None:
    """A save changes the issue in the frame without reloading it, and the place where one reads stays."""
    desk.evaluate("document.getElementById('canvas').scrollTo(0, 600)")
    desk.evaluate(f"{INSIDE}.documentElement.kept = true")
    preview.issue.write_text(TEXT + "剛剛改的。\n", encoding="utf-8")
    wait(desk, f"{INSIDE}.body.textContent.includes('剛剛改的。')")
    assert desk.evaluate("document.getElementById('canvas').scrollTop") == 600
    assert desk.evaluate(f"{INSIDE}.documentElement.kept") is True
    assert desk.evaluate(f"{INSIDE}.documentElement.lang") == "zh-Hant-TW"


@pytest.mark.browser
def test_edits_are_fast(preview: Preview, desk: Page) -> None:
    """From the write to the changed page: half of ten saves within a second on a busy machine."""
    taken = []
    for each in range(10):
        began = time.perf_counter()
        preview.issue.write_text(f"{TEXT}第 {each} 次\n", encoding="utf-8")
        wait(desk, f"{INSIDE}.body.textContent.includes('第 {each} 次')")
        taken.append(time.perf_counter() - began)
        time.sleep(0.1)
    assert sorted(taken)[5] < 1.0, taken


@pytest.mark.browser
def test_overlay_comes_and_goes(preview: Preview, desk: Page) -> None:
    """A fault opens a sheet of at most 60 %, its character marked, over the good issue; mending ends it."""
    preview.issue.write_text(TEXT + "!! 壞了 here\n", encoding="utf-8")
    desk.wait_for_selector("#fault:not([hidden])")
    assert desk.inner_text("#fault .sentence") == "壞了 here"
    assert "articles/issue.txt:3:4" in desk.inner_text("#fault .place")
    assert desk.inner_text("#fault mark") == "壞"
    assert desk.evaluate("document.getElementById('fault').getBoundingClientRect().height") <= 0.6 * 900
    assert desk.evaluate("getComputedStyle(document.getElementById('fault')).borderTopWidth") == "4px"
    assert "第一層" in desk.evaluate(f"{INSIDE}.body.textContent")
    assert desk.inner_text("#pill") == "1 error"
    preview.issue.write_text(TEXT, encoding="utf-8")
    desk.wait_for_selector("#fault", state="hidden")
    assert desk.inner_text("#pill") == "ready"


@pytest.mark.browser
def test_escape_leaves_a_pill(preview: Preview, desk: Page) -> None:
    """Escape puts the overlay away; the red pill stays and brings it back; another fault opens it anew."""
    preview.issue.write_text(TEXT + "!! one\n", encoding="utf-8")
    desk.wait_for_selector("#fault:not([hidden])")
    desk.keyboard.press("Escape")
    desk.wait_for_selector("#fault", state="hidden")
    assert desk.get_attribute("#pill", "data-tone") == "err"
    desk.click("#pill")
    desk.wait_for_selector("#fault:not([hidden])")
    desk.click("#fault-close")
    desk.wait_for_selector("#fault", state="hidden")
    preview.issue.write_text(TEXT + "!! two\n", encoding="utf-8")
    desk.wait_for_selector("#fault:not([hidden])")


@pytest.mark.browser
@pytest.mark.parametrize(("window", "sheet"), [(360, 360), (1440, 600)])
def test_first_width_fits_the_window(preview: Preview, browser: Browser, window: int, sheet: int) -> None:
    """Before the editor chooses one, the issue has a width that the window can hold."""
    for page in opened(preview, browser, width=window):
        wait(page, f"document.getElementById('frame').clientWidth === {sheet}")


@pytest.mark.browser
def test_keys_and_address(preview: Preview, desk: Page) -> None:
    """1, 2, 3 choose the width, D the appearance, I the images, T the text; all of it is in the address."""
    width = "document.getElementById('frame').clientWidth"
    for key, expected in (("1", 360), ("3", 1024), ("2", 600)):
        desk.keyboard.press(key)
        wait(desk, f"{width} === {expected}")
    background = f"{INSIDE}.defaultView.getComputedStyle({INSIDE}.body).backgroundColor"
    assert desk.evaluate(background) == "rgb(242, 237, 228)"
    desk.keyboard.press("d")
    assert desk.evaluate(background) == "rgb(20, 18, 16)"
    desk.keyboard.press("i")
    assert desk.evaluate(f"{INSIDE}.images[0].getAttribute('src')") == "data:,"
    desk.keyboard.press("i")
    assert desk.evaluate(f"{INSIDE}.images[0].getAttribute('src')") == "/assets/pixel.png"
    desk.keyboard.press("t")
    assert desk.evaluate(f"{INSIDE}.body.firstElementChild.tagName") == "PRE"
    assert "look=dark" in desk.url
    assert "view=text" in desk.url
    desk.reload()
    desk.wait_for_selector("#live[data-live=yes]")
    wait(desk, f"{INSIDE}?.body?.firstElementChild?.tagName === 'PRE'")
    assert desk.get_attribute("[data-choice=look] [value=dark]", "aria-pressed") == "true"


@pytest.mark.browser
def test_web_page_and_languages(paper: Path, browser: Browser) -> None:
    """The web page and the mail's other languages are a click away."""
    with running(paper, ("zh-Hant-TW", "ko")) as preview:
        for page in opened(preview, browser):
            page.click("[data-choice=view] [value=web]")
            wait(page, f"{INSIDE}.body.textContent.includes('web page')")
            page.click("[data-choice=view] [value=email]")
            page.click("[data-choice=language] [value=ko]")
            wait(page, f"{INSIDE}.documentElement.lang === 'ko'")


@pytest.mark.browser
def test_links_do_not_take_the_issue_away(preview: Preview, desk: Page) -> None:
    """A link opens beside the desk; one within the issue scrolls to its place."""
    frame = desk.frame_locator("#frame")
    desk.context.route(re.compile(r"^https://"), lambda route: route.abort())  # nothing leaves this machine
    with desk.context.expect_page() as other:
        frame.get_by_text("out").click()
    assert other.value
    frame.get_by_text("end", exact=True).click()
    wait(desk, "document.getElementById('canvas').scrollTop > 500")
    assert "第一層" in desk.evaluate(f"{INSIDE}.body.textContent")


@pytest.mark.browser
def test_warnings_are_counted_and_listed(preview: Preview, desk: Page) -> None:
    """Warnings do not stand in the way: the pill counts them and opens their list."""
    preview.issue.write_text(TEXT + "? no alt\n? one tag\n", encoding="utf-8")
    wait(desk, "document.getElementById('pill').textContent === '2 warnings'")
    assert desk.is_hidden("#fault")
    desk.click("#pill")
    assert desk.inner_text("#findings li:first-child .sentence") == "no alt"
    desk.keyboard.press("Escape")
    assert desk.is_hidden("#findings")


@pytest.mark.browser
def test_nothing_new_is_friendly(preview: Preview, desk: Page) -> None:
    """With nothing to show the desk says what to do, and the next save shows the issue."""
    preview.issue.write_text("", encoding="utf-8")
    desk.wait_for_selector("#empty:not([hidden])")
    assert "Write an article" in desk.inner_text("#empty-text")
    preview.issue.write_text(TEXT, encoding="utf-8")
    desk.wait_for_selector("#sheet:not([hidden])")
    assert "第一層" in desk.evaluate(f"{INSIDE}.body.textContent")


@pytest.mark.browser
def test_fault_at_the_start(paper: Path, browser: Browser) -> None:
    """A site that is broken when the desk opens shows the fault over an empty desk."""
    (paper / "articles" / "issue.txt").write_text("!! from the start\n", encoding="utf-8")
    with running(paper) as preview:
        for page in opened(preview, browser):
            page.wait_for_selector("#fault:not([hidden])")
            assert page.inner_text("#empty-title") == "No issue yet"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_desk_is_accessible_and_fits(preview: Preview, browser: Browser, width: int, scheme: str) -> None:
    """axe finds nothing on the desk, open fault and warnings included, and nothing overflows sideways."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{preview.address}/?width=360")
    page.wait_for_selector("#live[data-live=yes]")
    preview.issue.write_text(TEXT + "? a warning\n! an error of some length, 以及中文\n", encoding="utf-8")
    page.wait_for_selector("#fault:not([hidden])")
    assert violations(page, iframes=False, runOnly=["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
