"""`subscribers` on the command line: people come in, are shown, go out as a list, are forgotten."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

NOW = "2026-01-26T09:00:00+08:00"
LIST = "email,name,topics\nann@example.org,Ann Lee,AI;茶\nann,Nobody\nBob@例子.台灣,王小明\n"


@pytest.fixture
def people(site: Path) -> Path:
    path = site / "people.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def told(run, *words) -> dict:
    return json.loads(run(*words, "--json").stdout)


def test_a_list_comes_in_and_its_bad_lines_are_told(run, site: Path, people: Path) -> None:
    """By file and line; exit 5, since the others came in."""
    done = run("subscribers", "import", people, "-C", site, "--confirmed", "--now", NOW)
    assert done.exit_code == 5
    assert f"{people}:3: 'ann' is no address" in done.stderr
    assert "email = email, name = name, topics = topics" in done.stderr
    assert "2  new and active" in done.stdout
    found = told(run, "subscribers", "list", "-C", site)
    assert [each["address"] for each in found["subscribers"]] == [
        "ann@example.org",
        "Bob@xn--fsqu00a.xn--kpry57d",
    ]
    assert found["subscribers"][0]["topics"] == ["ai", "茶"]
    assert "Bob@例子.台灣" in run("subscribers", "list", "-C", site).stdout


def test_a_rehearsal_writes_nothing(run, site: Path, people: Path) -> None:
    """And says so."""
    done = run("subscribers", "import", people, "-C", site, "--dry-run")
    assert "2  new and pending" in done.stdout
    assert "nothing was written" in done.stdout
    assert told(run, "subscribers", "list", "-C", site)["total"] == 0


def test_the_same_list_again_changes_nothing(run, site: Path, people: Path) -> None:
    """As a program reads it."""
    run("subscribers", "import", people, "-C", site)
    found = told(run, "subscribers", "import", people, "-C", site)
    assert (found["became"]["unchanged"], found["became"]["pending"]) == (2, 0)
    assert found["refused"][0]["line"] == 3


def test_many_bad_lines_are_capped_on_the_screen_and_whole_in_the_report(
    run, site: Path, people: Path
) -> None:
    """Twenty, and how many more."""
    people.write_text("email\n" + "nobody\n" * 30)
    done = run("subscribers", "import", people, "-C", site)
    assert done.stderr.count("is no address") == 20
    assert "and 10 more; --report FILE writes them all" in done.stderr
    report = site / "report.txt"
    done = run("subscribers", "import", people, "-C", site, "--report", report)
    assert f"{report} has them all" in done.stderr
    assert len(report.read_text().splitlines()) == 30
    assert len(told(run, "subscribers", "import", people, "-C", site)["refused"]) == 30
    bad = run("subscribers", "import", people, "-C", site, "--report", site)
    assert (bad.exit_code, "the report cannot be written" in bad.stderr) == (1, True)


def test_who_left_elsewhere_does_not_become_active(run, site: Path) -> None:
    """In a service's export, known by its headings."""
    path = site / "listmonk.csv"
    path.write_text(
        "uuid,email,name,attributes,status,created_at,updated_at\n"
        "1,ann@example.org,Ann,{},enabled,2024-01-01T00:00:00Z,\n"
        "2,bob@example.org,Bob,{},disabled,2024-01-01T00:00:00Z,\n"
        "3,cy@example.org,Cy,{},blocklisted,2024-01-01T00:00:00Z,\n"
    )
    found = told(run, "subscribers", "import", path, "-C", site, "--confirmed")
    assert found["service"] == "listmonk"
    became = {key: value for key, value in found["became"].items() if value}
    assert became == {"active": 1, "left": 1, "barred": 1}
    assert "suppressed" in run("subscribers", "show", "cy@example.org", "-C", site).stdout
    ann = told(run, "subscribers", "show", "ann@example.org", "-C", site)["subscriptions"][0]["consents"][0]
    assert (ann["action"], ann["source"]) == ("vouched", "import")
    assert ann["detail"] == "listmonk.csv (listmonk), since 2024-01-01T00:00:00Z"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "big5"])
def test_encodings(run, site: Path, people: Path, encoding: str) -> None:
    """As articles are read; a guess is told."""
    names = ["王小明", "陳大文", "林美麗", "李志強"] * 10
    text = "email;name\n" + "".join(f"a{at}@example.org;{name}\n" for at, name in enumerate(names))
    people.write_bytes(text.encode(encoding))
    done = run("subscribers", "import", people, "-C", site)
    assert done.exit_code == 0
    assert ("was read as big5" in done.stderr) == (encoding == "big5")
    assert told(run, "subscribers", "list", "-C", site, "--search", "陳大文")["total"] == 10


def test_an_encoding_that_nobody_can_guess_is_named(run, site: Path, people: Path) -> None:
    """By --encoding."""
    people.write_bytes("email,name\nzoe@example.org,Zoë\nsoren@example.org,Søren\n".encode("cp1252"))
    done = run("subscribers", "import", people, "-C", site)
    assert (done.exit_code, "--encoding" in done.stderr) == (2, True)
    assert run("subscribers", "import", people, "-C", site, "--encoding", "cp1252").exit_code == 0
    assert (
        told(run, "subscribers", "show", "zoe@example.org", "-C", site)["subscriptions"][0]["name"] == "Zoë"
    )


def test_standard_input_and_named_columns(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, a separator by name, headings by --map, and topics and a language for all."""
    words = ("subscribers", "import", "-", "-C", site, "--map", "email=Wohin", "--separator", "tab")
    done = run(*words, "--topic", "AI", "--language", "zh-TW", answers="Wer\tWohin\nAnn\tann@example.org\n")
    assert done.exit_code == 0, done.stderr
    assert "not used: Wer" in done.stderr
    ann = told(run, "subscribers", "show", "ann@example.org", "-C", site)["subscriptions"][0]
    assert (ann["topics"], ann["name"]) == (["ai"], "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "nowhere.csv"), "cannot be read"),
        (("import", "people.csv", "--map", "email"), "is no mapping"),
        (("import", "people.csv", "--map", "phone=name"), "no field 'phone'"),
        (("import", "people.csv", "--separator", "x"), "separates nothing"),
        (("import", "people.csv", "--edition", "daily"), "no edition 'daily'"),
        (("import", "people.csv", "--language", "fr"), "no mail in 'fr'"),
        (("import", "people.csv", "--topic", "#"), "is no topic"),
        (("import", "people.csv", "--topic", "!!"), "is no topic"),
        (("import", "people.csv", "--encoding", "klingon"), "no encoding 'klingon'"),
        (("import", "people.csv", "--encoding", "rot13"), "no encoding 'rot13'"),
        (("add", "nobody"), "cannot be used"),
        (("show", "nobody@example.org"), "nobody is known"),
        (("erase", "ann@example.org"), "add --yes"),
        (("export", "people.csv"), "no export of ours"),
        (("show", "nobody"), "cannot be used"),
        (("erase", "nobody", "--yes"), "cannot be used"),
        (("export", "--address", "nobody"), "cannot be used"),
        (("export", "nowhere/out.csv"), "cannot be written"),
    ],
)
def test_mistakes_are_sentences(run, site: Path, people: Path, monkeypatch, words, sentence: str) -> None:
    """With what to do."""
    monkeypatch.chdir(site)
    done = run("subscribers", *words, "-C", site)
    assert done.exit_code == (1 if "written" in sentence else 2)
    assert sentence in done.stderr
    assert "hint" in done.stderr


def test_adding_one(run, site: Path) -> None:
    """Pending, or active on the editor's word; the second time nothing changes."""
    done = run("subscribers", "add", "Ann Lee <ann@example.org>", "-C", site)
    assert "ann@example.org is pending in weekly" in done.stdout
    assert "A mail that asks them to confirm is queued: `digest serve` sends it" in done.stdout
    assert "gets no issue" in done.stderr or "get no issue" in done.stderr
    done = run("subscribers", "add", "ann@example.org", "-C", site, "--confirmed", "--name", "Ann")
    assert "is active in weekly" in done.stdout
    assert "asks them to confirm" not in done.stdout
    assert (
        "Nothing was changed"
        in run("subscribers", "add", "ann@example.org", "-C", site, "--confirmed").stdout
    )
    assert not told(run, "subscribers", "add", "ann@example.org", "-C", site)["changed"]


def test_a_list_is_asked_to_confirm(run, site: Path, people: Path) -> None:
    """How many and until when is told, and in numbers; the second time nobody is; a rehearsal asks nobody."""
    words = ("subscribers", "import", people, "-C", site, "--confirm", "--now", NOW)
    assert told(run, *words, "--dry-run")["asked"] == 0
    done = run(*words)
    assert done.exit_code == 5
    assert "2 subscribers will be asked to confirm by a mail, while `digest serve` runs" in done.stdout
    assert "the last at 2026-01-26 09:00" in done.stdout
    assert "--confirmed is for" not in done.stdout
    assert "Nobody is asked to confirm who was not asked before." in run(*words).stdout
    again = told(run, *words)
    assert (again["asked"], again["asked_until"], again["not_asked"]) == (0, None, 0)
    assert told(run, "subscribers", "show", "ann@example.org", "-C", site)["asked"][0]["edition"] == "weekly"
    both = run(*words, "--confirmed")
    assert (both.exit_code, "not both" in both.stderr) == (2, True)


def test_who_cannot_be_asked_in_time_is_told(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to raise, and that the list may come again."""
    monkeypatch.setattr("digest.press.asking._REACH", timedelta(seconds=1))
    path = site / "people.csv"
    path.write_text("email\nann@example.org\nbob@example.org\n")
    done = run("subscribers", "import", path, "-C", site, "--confirm", "--now", NOW)
    assert "1 subscriber will be asked" in done.stdout
    assert "1 subscriber cannot be asked in time" in done.stdout
    assert "confirmations_per_hour" in done.stdout


def test_erasing_is_for_good_unless_they_ask(run, site: Path, people: Path) -> None:
    """No import brings them back; no file of the database holds the address."""
    run("subscribers", "import", people, "-C", site, "--confirmed")
    assert run("subscribers", "erase", "ANN@example.org", "-C", site, "--yes").exit_code == 0
    found = told(run, "subscribers", "import", people, "-C", site, "--confirmed")
    assert found["became"]["kept_out"] == 1
    refused = run("subscribers", "add", "ann@example.org", "-C", site)
    assert (refused.exit_code, "is suppressed" in refused.stderr) == (2, True)
    with sqlite3.connect(site / "var" / "digest.db") as database:
        assert "ann@" not in "\n".join(database.iterdump()).lower()
    database.close()
    assert "is pending" in run("subscribers", "add", "ann@example.org", "-C", site, "--again").stdout


def test_an_export_comes_back_as_it_was(run, site: Path) -> None:
    """Also what a spreadsheet would take for a formula, and how everybody stood."""
    path = site / "people.csv"
    path.write_text(
        "email,name,state,topics,language\n+ann@example.org,=1+1,active,ai;tea,\n"
        "bob@example.org,@Bob,unsubscribed,,\ncy@example.org,,pending,,\n"
    )
    run("subscribers", "import", path, "-C", site, "--confirmed", "--now", NOW)
    out = site / "out.csv"
    assert run("subscribers", "export", out, "-C", site).exit_code == 0
    assert out.stat().st_mode & 0o077 == 0
    text = out.read_text()
    assert "'+ann@example.org,'=1+1,active,,ai;tea,weekly,2026-01-26T01:00:00+00:00" in text
    assert run("subscribers", "export", "-C", site).stdout.splitlines() == text.splitlines()
    for name in ("digest.db", "digest.db-wal", "digest.db-shm"):
        (site / "var" / name).unlink(missing_ok=True)
    run("subscribers", "import", out, "-C", site, "--confirmed", "--now", NOW)
    again = run("subscribers", "export", out, "-C", site)
    assert again.exit_code == 0
    assert sorted(out.read_text().splitlines()) == sorted(text.splitlines())
    only = told(run, "subscribers", "list", "-C", site, "--state", "unsubscribed")
    assert [each["name"] for each in only["subscribers"]] == ["@Bob"]
    assert told(run, "subscribers", "list", "-C", site, "--topic", "Tea")["total"] == 1


def test_pages(run, site: Path) -> None:
    """Each says where the next begins."""
    text = "".join(f"a{at}@example.org\n" for at in range(5))
    done = run("subscribers", "import", "-", "-C", site, answers=text)
    assert "no headings; the addresses are in column 1" in done.stderr
    first = run("subscribers", "list", "-C", site, "--limit", 3)
    assert "--after 3" in first.stderr
    rest = told(run, "subscribers", "list", "-C", site, "--limit", 3, "--after", 3)
    assert [each["id"] for each in rest["subscribers"]] == [4, 5]
    assert "nobody like that" in run("subscribers", "list", "-C", site, "--search", "zz").stderr


def test_an_address_that_stands_twice_is_one_person(run, site: Path) -> None:
    """Its later words count; who left or confirmed in one of the rows has left or confirmed."""
    text = (
        "email,name,topics,state\nann@example.org,Ann,tea,active\nbob@example.org,Bob,,unsubscribed\n"
        "ANN@example.org,,ai,pending\nbob@example.org,Robert,,active\n"
    )
    done = run("subscribers", "import", "-", "-C", site, "--confirmed", answers=text)
    assert "2  of an address that stood in the list before" in done.stdout
    ann, bob = told(run, "subscribers", "list", "-C", site)["subscribers"]
    assert (ann["name"], ann["topics"], ann["state"]) == ("Ann", ["ai"], "active")
    assert (bob["name"], bob["state"]) == ("Robert", "unsubscribed")


def test_long_lists_are_taken_in_batches(run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that stands in two of them is still one, in a rehearsal, too."""
    monkeypatch.setattr("digest.press.list_importing._BATCH", 2)
    monkeypatch.setattr("digest.deliver.list_lines._TOGETHER", 2)
    text = "email\n" + "".join(f"a{at}@example.org\n" for at in range(7)) + "a0@example.org\n"
    for words in (("--dry-run",), ()):
        done = run("subscribers", "import", "-", "-C", site, *words, answers=text)
        assert "7  new and pending" in done.stdout
        assert "1  as they were" in done.stdout
    assert told(run, "subscribers", "list", "-C", site)["total"] == 7


def test_the_story_has_the_deliveries_that_the_outbox_knows(run, site: Path) -> None:
    """And is told without them where the outbox cannot be read."""
    from datetime import datetime

    from digest.store.outbox import Outbox

    run("subscribers", "add", "ann@example.org", "-C", site, "--confirmed")
    path = site / "var" / "outbox.db"
    with Outbox.open(path) as outbox:
        outbox.fan_out("weekly", 3, [1], datetime.fromisoformat(NOW))
    assert "weekly/3  pending" in run("subscribers", "show", "ann@example.org", "-C", site).stdout
    path.write_bytes(b"# a note\n" * 500)
    done = run("subscribers", "show", "ann@example.org", "-C", site)
    assert (done.exit_code, "active" in done.stdout) == (0, True)


def test_a_language_without_mail_is_the_editions_own(run, site: Path) -> None:
    """And is told, once, with how many rows it was."""
    text = "email,language\na@example.org,fr\nb@example.org,fr\nc@example.org,zh-TW\n"
    done = run("subscribers", "import", "-", "-C", site, answers=text)
    assert "no mail in 'fr'; 2 rows" in done.stderr
    assert done.exit_code == 0


def test_the_secret_is_needed_to_let_anybody_in(run, site: Path, people: Path) -> None:
    """Without it nobody could tell who was erased."""
    run("subscribers", "erase", "ann@example.org", "-C", site, "--yes")
    (site / "var" / "secret.key").unlink()
    done = run("subscribers", "import", people, "-C", site)
    assert (done.exit_code, "DIGEST_SECRET_OLD" in done.stderr) == (1, True)
