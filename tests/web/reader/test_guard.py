"""What keeps readers safe: GET and HEAD change nothing, headers, names, prefixes, sizes, the public site."""

from __future__ import annotations

import pytest

from digest.web.reader.app import application
from digest.web.reader.clients import Turns, network

pytestmark = pytest.mark.network


def _paths(house) -> dict[str, str]:
    """A live address of every route that has a token, and the others."""
    person = house.active()
    house.post("/subscribe", {"edition": "weekly", "address": "new@example.org"})
    house.round()
    pending = house.people.find("weekly", "new@example.org")
    return {
        "/reader.css": "/reader.css",
        "/subscribe": "/subscribe",
        "/confirm/{token}": house.path(house.links.confirm(pending.id, house.clock())),
        "/unsubscribe/{token}": house.path(house.links.unsubscribe(person.id, 3)),
        "/preferences/{token}": house.path(house.links.preferences(person.id, 3)),
    }


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
def test_only_post_changes_anything(house, method: str) -> None:
    """Every route by every other method, with and without a body and query: no row differs afterwards."""
    paths = _paths(house)
    routes = {route.path for route in application(house.desk).app.routes if hasattr(route, "endpoint")}
    assert routes == set(paths)
    before = house.everything()
    for path in paths.values():
        for body in (None, {"List-Unsubscribe": "One-Click"}, {"answer": "yes", "address": "b@example.org"}):
            house.ask(method, path, body)
            house.ask(method, f"{path}?List-Unsubscribe=One-Click&answer=yes&all=1", body)
    assert house.everything() == before


def test_headers(house) -> None:
    """No script, no frame, no referrer, no cache, no cookie: on every page, faults included."""
    for path in (*_paths(house).values(), "/unsubscribe/none", "/none"):
        for method in ("GET", "POST"):
            _, headers, text = house.ask(method, path, {} if method == "POST" else None)
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "set-cookie" not in headers
            assert "server" not in headers or "uvicorn" in headers["server"]
            assert "<script" not in text
            if path != "/reader.css":
                assert headers["cache-control"] == "no-store"


def test_a_fault_of_ours_has_the_headers_too(house, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page in the reader's language, and nothing of what went wrong."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr(house.desk.reception, "choices", broken)
    status, headers, text = house.get("/subscribe?lang=en")
    assert status == 500
    assert headers["referrer-policy"] == "no-referrer"
    assert "It is not your fault" in text
    assert "secret words" not in text


def test_a_damaged_archive_costs_the_topics_only(house) -> None:
    """The form is shown without topics, and subscribing works."""
    folder = house.root / "archive" / "weekly" / "1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{")
    status, _, text = house.get("/subscribe")
    assert status == 200
    assert 'name="topic"' not in text
    assert house.get(house.path(house.links.preferences(house.active(topics=("科學",)).id)))[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "letters.example.evil.example", "", "192.0.2.1"])
def test_foreign_hosts_are_refused(house, host: str) -> None:
    """A name that is not ours gets 421, and does nothing."""
    person = house.active()
    path = house.path(house.links.unsubscribe(person.id))
    assert house.ask("POST", path, {"answer": "yes"}, Host=host)[0] == 421
    assert house.state(person) == "active"


@pytest.mark.parametrize(
    "host", ["letters.example", "LETTERS.example:443", "localhost:8121", "[::1]:80", "in.example"]
)
def test_our_hosts_are_answered(open_house, host: str) -> None:
    """The names of base_url, of this machine, and those of [serve] hosts."""
    house = open_house(more='[serve]\nhosts = ["in.example"]\n')
    assert house.get("/subscribe", Host=host)[0] == 200


@pytest.mark.parametrize("prefix", ["/news", "/a/b"])
def test_a_prefix(open_house, prefix: str) -> None:
    """Links carry the path of base_url; pages are found with it, and without it where a proxy took it off."""
    house = open_house(prefix=prefix)
    person = house.active()
    url = house.links.unsubscribe(person.id)
    assert url.startswith(f"https://letters.example{prefix}/unsubscribe/")
    path = house.path(url)
    for each in (path, path.removeprefix(prefix)):
        status, _, text = house.get(each)
        assert status == 200
        assert f'action="{path}"' in text
        assert f'href="{prefix}/reader.css"' in text
    assert f'action="{prefix}/subscribe"' in house.get("/subscribe")[2]
    assert house.post(path, {"List-Unsubscribe": "One-Click"})[0] == 200
    assert house.state(person) == "unsubscribed"


def test_bodies_have_an_end(house) -> None:
    """A form over 32 KB is refused, by its length and by what comes; for leaving it does not matter."""
    long = b"address=" + b"x" * 40_000
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    assert house.post("/subscribe", long, **kind)[0] == 413
    chunks = iter([long[:20_000], long[20_000:]])
    assert house.post("/subscribe", chunks, **kind)[0] == 413
    assert house.post("/subscribe", [(f"f{n}", "1") for n in range(300)])[0] == 400
    person = house.active()
    assert house.post(house.path(house.links.unsubscribe(person.id)), long, **kind)[0] == 200
    assert house.state(person) == "unsubscribed"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
        ("multipart/form-data; boundary=x", b"garbage"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n1\r\n--x--\r\n',
        ),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff"),
        ("application/json", b'{"a": 1}'),
    ],
)
def test_broken_bodies(house, kind: str, body: bytes) -> None:
    """They are told so, never a fault of ours; who wants to leave is let go all the same."""
    assert house.post("/subscribe", body, Content_Type=kind)[0] in (400, 422)
    person = house.active()
    assert house.post(house.path(house.links.unsubscribe(person.id)), body, Content_Type=kind)[0] == 200
    assert house.state(person) == "unsubscribed"


def test_the_public_site_is_there(house) -> None:
    """The built site is served with headers of its own; without one there is a page that says so."""
    status, _, text = house.get("/weekly/1/", Accept_Language="en")
    assert status == 404
    assert "There is no such page" in text
    page = house.root / "public" / "weekly" / "1" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<h1>No. 1</h1>")
    status, headers, text = house.get("/weekly/1/")
    assert (status, text) == (200, "<h1>No. 1</h1>")
    assert headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in headers["content-security-policy"]
    for path in ("/../config.toml", "/%2e%2e/config.toml", "/..%2f..%2fconfig.toml", "/weekly/1/%00"):
        assert house.get(path)[0] == 404


def test_the_public_site_can_be_left_out(open_house) -> None:
    """With `public = false` only the reader's pages answer."""
    house = open_house(more="[serve]\npublic = false\n")
    (house.root / "public").mkdir()
    (house.root / "public" / "index.html").write_text("home")
    assert house.get("/")[0] == 404
    assert house.get("/subscribe")[0] == 200


@pytest.mark.parametrize(
    ("peer", "told", "wanted"),
    [
        ("203.0.113.9", "", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "", "203.0.113.0/24"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.0/24"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.0/24"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.0/24"),
        ("10.0.0.1", "198.51.100.1, 10.9.9.9", "198.51.100.0/24"),
        ("10.0.0.1", "", "10.0.0.0/24"),
        ("10.0.0.1", "rubbish", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_whose_network_it_is(peer: str, told: str, wanted: str) -> None:
    """Of the hops that are told the last one that is not our proxy's counts."""
    headers = [(b"x-forwarded-for", told.encode())] if told else []
    scope = {"type": "http", "client": (peer, 1) if peer else None, "headers": headers}
    assert network(scope, ["10.0.0.0/8", "proxy.internal"]) == wanted


def test_turns() -> None:
    """So many in any hour, each network by itself, and no more networks are remembered than fit."""
    turns = Turns(2)
    assert [turns.take("a", 0.0), turns.take("a", 1.0), turns.take("a", 2.0)] == [True, True, False]
    assert turns.take("b", 2.0)
    assert turns.take("a", 3600.5)
    for number in range(20_001):
        turns.take(str(number), 4000.0)
    assert len(turns._asked) == 20_000
