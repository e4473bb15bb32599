"""What a server's words mean for a delivery, and how they are read from the wire."""

import pytest

from digest.deliver.replies import Cause, Fate, Reply, Step, parse, verdict, without_address


def said(line: str) -> Reply:
    found = parse(bytearray(f"{line}\r\n".encode()))
    assert found
    return found


@pytest.mark.parametrize(
    ("step", "line", "fate", "cause"),
    [
        (Step.DOT, "250 2.0.0 taken", Fate.SENT, ""),
        (Step.RCPT, "251 user not local; will forward", Fate.SENT, ""),
        (Step.DATA, "354 go on", Fate.SENT, ""),
        (Step.RCPT, "451 4.7.1 greylisted", Fate.LATER, ""),
        (Step.DOT, "452 4.3.1 no room", Fate.LATER, ""),
        (Step.RCPT, "421 4.7.0 too many", Fate.CLOSING, ""),
        (Step.DOT, "421 4.3.2 going down", Fate.LATER, ""),
        (Step.RCPT, "550 5.1.1 unknown", Fate.FAILED, Cause.ADDRESS),
        (Step.RCPT, "550 no such user", Fate.FAILED, Cause.ADDRESS),
        (Step.RCPT, "550 5.2.1 disabled", Fate.FAILED, Cause.ADDRESS),
        (Step.RCPT, "552 5.2.2 full", Fate.FAILED, Cause.MAILBOX),
        (Step.RCPT, "552 full", Fate.FAILED, Cause.MAILBOX),
        (Step.DOT, "552 5.2.2 full", Fate.FAILED, Cause.MAILBOX),
        (Step.RCPT, "550 5.6.0 strange", Fate.FAILED, Cause.REFUSED),
        (Step.RCPT, "550 5.7.1 relaying denied", Fate.PAUSE, ""),
        (Step.RCPT, "554 no service", Fate.PAUSE, ""),
        (Step.DOT, "552 5.3.4 too big", Fate.PAUSE, ""),
        (Step.RCPT, "552 5.2.3 too big", Fate.PAUSE, ""),
        (Step.DOT, "554 5.6.0 content", Fate.PAUSE, ""),
        (Step.MAIL, "550 5.1.1 sender unknown", Fate.PAUSE, ""),
        (Step.MAIL, "535 5.7.8 wrong", Fate.PAUSE, ""),
        (Step.RCPT, "503 bad sequence", Fate.PAUSE, ""),
        (Step.RCPT, "354 what", Fate.PAUSE, ""),
    ],
)
def test_what_a_reply_means(step: Step, line: str, fate: Fate, cause: str) -> None:
    """Only what is the recipient's own fault fails a delivery; ours pauses, and 4xx waits."""
    found = verdict(step, said(line))
    assert (found.fate, found.cause) == (fate, cause)


@pytest.mark.parametrize(
    ("line", "slower"),
    [("451 4.7.650 slow down", True), ("421 bye", True), ("451 4.3.0 later", False), ("250 ok", False)],
)
def test_who_wants_less(line: str, slower: bool) -> None:
    """4.7.x and 421 slow a domain down; another 4xx is only tried again."""
    assert verdict(Step.RCPT, said(line)).slower is slower


@pytest.mark.parametrize(
    ("line", "enhanced"),
    [
        ("550 5.1.1 unknown", "5.1.1"),
        ("550 4.1.1 of another class", ""),
        ("550 5.1.1234 too long", ""),
        ("550 5.1.1unknown", ""),
        ("550 unknown 5.1.1", ""),
        ("550 5.1.1", "5.1.1"),
    ],
)
def test_an_enhanced_code_stands_first_and_fits(line: str, enhanced: str) -> None:
    """RFC 2034: it opens the text and is of the reply's own class; anything else is only words."""
    assert said(line).enhanced == enhanced


def test_replies_are_taken_one_by_one() -> None:
    """Pipelined ones come in one read: each call takes the first, and half a reply is none yet."""
    buffer = bytearray(b"250 one\r\n550-5.1.1 two\r\n550 5.1.1 lines\r\n25")
    assert str(parse(buffer)) == "250 one"
    assert str(parse(buffer)) == "550 5.1.1 two lines"
    assert parse(buffer) is None
    assert buffer == b"25"
    buffer += b"0\r\n"
    assert str(parse(buffer)) == "250"


def test_lines_may_end_in_a_bare_newline() -> None:
    """Some servers do so."""
    assert str(parse(bytearray(b"250-a\n250 b\n"))) == "250 a b"


@pytest.mark.parametrize("data", [b"HTTP/1.1 400\r\n", b"25\r\n", b"250_ok\r\n", b"\r\n"])
def test_what_is_no_smtp_is_refused(data: bytes) -> None:
    """Another protocol's words are told, not waited for."""
    with pytest.raises(ValueError, match="no SMTP reply"):
        parse(bytearray(data))


def test_a_reply_without_an_end_is_refused() -> None:
    """After 64 KB without an end the memory is ours again."""
    with pytest.raises(ValueError, match="without an end"):
        parse(bytearray(b"250-words\r\n" * 7_000))
    assert parse(bytearray(b"250-words\r\n" * 100)) is None


def test_a_servers_words_are_harmless() -> None:
    """No control character reaches a terminal or a log, no reply fills the outbox, no byte stops us."""
    assert str(parse(bytearray(b"550 \x1b[2J\x07red\xff\r\n"))) == "550  [2J red�"
    assert len(said("550 " + "x" * 5_000).text) == 300


def test_the_address_is_taken_out_of_a_reply() -> None:
    """With any case, whole or by its local part; longer names that hold it stay."""
    said = "5.1.1 <Ann@Example.org>: user ann unknown; annette and jo.ann stay"
    assert without_address(said, "ann@example.org") == "5.1.1 <…>: user … unknown; annette and jo.ann stay"
    assert without_address("5.1.1 unknown", "ann@example.org") == "5.1.1 unknown"
    assert without_address("週報+@例.org is no user", "週報+@例.org") == "… is no user"
