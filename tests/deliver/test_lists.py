"""Lists in separated values: separators, headings, services, and every line that is refused."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.deliver.list_columns import SERVICES, Columns, columns, understand
from digest.deliver.list_lines import runs, separator
from digest.deliver.list_rows import Wanted, guarded, pieces, unguarded
from digest.errors import UsageError


def wanted(**said) -> Wanted:
    values = {
        "edition": "weekly",
        "editions": frozenset({"weekly", "daily"}),
        "language": lambda edition, cell: cell.lower(),
        "topics": lambda cell: "\n".join(sorted(filter(None, cell.split(";")))),
        "detail": "a.csv",
    }
    return Wanted(**values | said)


def pieces_of(found, told=None, **said):
    known, rest = understand(found, told)
    return list(pieces(rest, known, wanted(**said)))


def read(text: str, told=None, **said):
    """The rows of a list with their editions, and then its refused lines."""
    found = pieces_of(runs(io.StringIO(text, newline="")), told, **said)
    rows = [(name, row) for piece in found for name, some in piece.rows.items() for row in some]
    return rows, [each for piece in found for each in piece.refused]


def addresses(text: str, **said) -> list[str]:
    return [row[1] for _, row in read(text, **said)[0]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_seen(mark: str) -> None:
    """Also where other marks stand in the cells."""
    text = f'email{mark}name\nann@example.org{mark}"Lee, Ann; Dr."\nbob@example.org{mark}Bob | Bo\n'
    assert separator(text.splitlines(keepends=True)) == mark
    assert addresses(text) == ["ann@example.org", "bob@example.org"]


def test_excel_may_name_the_separator() -> None:
    """In a first line that is none of the list."""
    found, refused = read("sep=;\nemail;name\nann@example.org;a,b,c\nx\n")
    assert found[0][1][3] == "a,b,c"
    assert [each.line for each in refused] == [4]


def test_a_list_of_addresses_needs_no_headings() -> None:
    """One to a line, or in whatever column has them."""
    assert addresses("ann@example.org\n\nBob <bob@example.org>\n") == ["ann@example.org", "bob@example.org"]
    assert addresses("1,Ann,ann@example.org\n2,Bob,bob@example.org\n") == [
        "ann@example.org",
        "bob@example.org",
    ]


def test_a_row_has_what_the_columns_say() -> None:
    """Whatever their order; cells that are not there are empty."""
    text = (
        "Name,E-Mail,Language,Topics,Edition,Status,Subscribed at\n"
        " Ann   Lee ,Ann@Example.ORG,KO,tea;ai,daily,confirmed,2020-01-02\n"
        ",bob@example.org\n"
    )
    assert read(text, vouched=True)[0] == [
        (
            "daily",
            (
                "ann@example.org",
                "Ann@example.org",
                "active",
                "Ann Lee",
                "ko",
                "ai\ntea",
                "",
                "a.csv, since 2020-01-02",
            ),
        ),
        ("weekly", ("bob@example.org", "bob@example.org", "active", "", "", "", "", "a.csv")),
    ]


def test_what_is_said_wins_over_the_columns() -> None:
    """An edition and a language that was given on the command line."""
    text = "email,edition,language\nann@example.org,daily,ko\n"
    ((edition, row),) = read(text, only=True, said_language="en")[0]
    assert (edition, row[4]) == ("weekly", "en")


def test_who_has_not_confirmed_is_pending() -> None:
    """Until somebody vouches for them; who left has left either way."""
    text = "email,state\na@example.org,active\nb@example.org,pending\nc@example.org,Unsubscribed\nd@a.org,\n"
    assert [each[1][2] for each in read(text)[0]] == ["pending", "pending", "unsubscribed", "pending"]
    vouched = [each[1][2] for each in read(text, vouched=True)[0]]
    assert vouched == ["active", "pending", "unsubscribed", "active"]


def test_every_refused_line_says_why() -> None:
    """By the number of the line at which it begins."""
    text = (
        "email,name,state,edition\n"
        "ann,Ann\n"
        ',"A\nB"\n'
        "a@b@example.org\n"
        "c@example.org,C,perhaps\n"
        "d@example.org,D,,monthly\n"
        "ok@example.org\n"
    )
    (last,), refused = read(text)
    assert [each.line for each in refused] == [2, 3, 5, 6, 7]
    assert refused[0].sentence.startswith("'ann' is no address: ")
    assert refused[1].sentence == "there is no address in it"
    assert refused[3].sentence == "the state 'perhaps' is not known"
    assert refused[4].sentence == "there is no edition 'monthly'"
    assert last[1][1] == "ok@example.org"


@pytest.mark.parametrize("lines", [2, 300])
def test_an_open_quotation_mark_costs_one_line(lines: int) -> None:
    """At the end of the list and long before it."""
    text = 'email,name\nann@example.org,"Ann\n' + "".join(f"a{each}@example.org,A\n" for each in range(lines))
    rest, refused = read(text)
    assert refused == [(2, "a quotation mark opens here and never closes")]
    assert [each[1][1] for each in rest] == [f"a{each}@example.org" for each in range(lines)]


def test_a_cell_beyond_every_measure_costs_one_line() -> None:
    """The limit of Python's reader."""
    (good,), (bad,) = read(f"email,name\nann@example.org,{'x' * 200_000}\nbob@example.org,Bob\n")
    assert bad.line == 2
    assert "limit" in bad.sentence
    assert good[1][1] == "bob@example.org"


def test_headings_may_be_named() -> None:
    """By their words or by number; what is named wrongly is told with what there is."""
    text = "Wer,Wie\nann@example.org,Ann@Lee.example\n"
    assert read(text, {"email": "wer", "name": "2"})[0][0][1][3] == "Ann@Lee.example"
    with pytest.raises(UsageError, match="no column is called email") as caught:
        read(text)
    assert "--map email=" in caught.value.hint
    with pytest.raises(UsageError, match="no column 'Was'") as caught:
        read(text, {"email": "Was"})
    assert "Wer, Wie" in caught.value.hint
    with pytest.raises(UsageError, match="no field 'phone'"):
        read(text, {"phone": "Wer"})
    with pytest.raises(UsageError, match="empty"):
        read("\n\n")


@pytest.mark.parametrize(
    "heading",
    [
        *("Address", "ADDRESSES", "地址", "주소", "Wer", "contact", "E-mail", "Mail", "E-mail 1 - Value"),
        *(
            "電子郵件",
            "信箱",
            "電子郵件地址",
            "E-mail信箱",
            "Email 地址",
            "邮箱地址",
            "이메일",
            "이메일 주소",
            "메일주소",
        ),
        *("E-Mail-Adresse", "correo electrónico", "メールアドレス", "EMAIL_ADDRESS", "Subscriber Email"),
    ],
)
def test_headings_of_addresses(heading: str) -> None:
    """As services and people write them; an unknown one where its cells are addresses."""
    assert addresses(f"No,{heading}\n1,ann@example.org\n2,\n3,Bob <bob@example.org>\n") == [
        "ann@example.org",
        "bob@example.org",
    ]


def test_a_column_of_streets_is_none_of_addresses() -> None:
    """Nor are two columns of addresses of which nobody says which; then one is asked which it is."""
    assert addresses("Address,Email\n1 Test Road,ann@example.org\n") == ["ann@example.org"]
    for text in (
        "Address,Name\n1 Test Road,Ann\n",
        "Address,Boss\nann@example.org,eve@example.org\n",
        "Address,Name\nann@example.org,Ann\n1 Test Road,Bob\n",
        "Address,Name\n",
    ):
        with pytest.raises(UsageError, match="no column is called email"):
            read(text)


@pytest.mark.parametrize(
    ("said", "state"),
    [("已退訂", "unsubscribed"), ("수신거부", "unsubscribed"), ("待確認", "pending"), ("구독 중", "active")],
)
def test_states_in_chinese_and_korean(said: str, state: str) -> None:
    """Who left in a list of any of our languages does not come in as active."""
    heading = "상태" if said[0] >= "가" else "訂閱狀態"
    assert [each[1][2] for each in read(f"信箱,{heading}\na@example.org,{said}\n", vouched=True)[0]] == [
        state
    ]


MAILCHIMP = "Email Address,First Name,Last Name,OPTIN_TIME,CONFIRM_TIME,{}LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
UNSUBSCRIBED = "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,"
CLEANED = "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,"
EXPORTS = {
    "Mailchimp": (
        MAILCHIMP.format("") + "ann@example.org,Ann,Lee,2020-01-01 10:00:00,2020-01-01 10:05:00,,1,a,"
        '"x\ny","""vip"",""2020"""\n',
        [("ann@example.org", "active", "Ann Lee")],
    ),
    "Mailchimp (unsubscribed)": (
        MAILCHIMP.format(UNSUBSCRIBED) + "ann@example.org,Ann,,,,2021-01-01 10:00:00,,,,1,a,,\n",
        [("ann@example.org", "unsubscribed", "Ann")],
    ),
    "Mailchimp (cleaned)": (
        MAILCHIMP.format(CLEANED) + "ann@example.org,,,,,2021-01-01 10:00:00,,,,1,a,,\n",
        [("ann@example.org", "bounce", "")],
    ),
    "Substack": (
        "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
        "ann@example.org,false,,,false,2024-01-15T10:00:00.000Z,\n"
        "bob@example.org,true,2026-12-01T00:00:00.000Z,monthly,true,2024-02-01T10:00:00.000Z,\n",
        [("ann@example.org", "active", ""), ("bob@example.org", "unsubscribed", "")],
    ),
    "Ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,"
        "labels,tiers\n"
        "1,ann@example.org,Ann,,true,false,,2018-12-25T20:43:22.178Z,,vip,\n"
        "2,bob@example.org,Bob,,false,false,,2018-12-25T20:43:22.178Z,,,\n"
        "3,cy@example.org,Cy,,true,false,,2018-12-25T20:43:22.178Z,2020-01-01T00:00:00.000Z,,\n",
        [
            ("ann@example.org", "active", "Ann"),
            ("bob@example.org", "unsubscribed", "Bob"),
            ("cy@example.org", "unsubscribed", "Cy"),
        ],
    ),
    "listmonk": (
        "uuid,email,name,attributes,status,created_at,updated_at\n"
        'u1,ann@example.org,Ann,"{""a"": 1}",enabled,2024-01-01T00:00:00Z,2024-01-01T00:00:00Z\n'
        "u2,bob@example.org,Bob,{},disabled,2024-01-01T00:00:00Z,2024-01-01T00:00:00Z\n"
        "u3,cy@example.org,Cy,{},blocklisted,2024-01-01T00:00:00Z,2024-01-01T00:00:00Z\n",
        [
            ("ann@example.org", "active", "Ann"),
            ("bob@example.org", "unsubscribed", "Bob"),
            ("cy@example.org", "editor", "Cy"),
        ],
    ),
    "Buttondown": (
        "id,creation_date,email_address,notes,metadata,tags,referrer_url,secondary_id,type,source\n"
        "1,2024-01-01T00:00:00Z,ann@example.org,,{},vip,,1,regular,form\n"
        "2,2024-01-01T00:00:00Z,bob@example.org,,{},,,2,unactivated,form\n"
        "3,2024-01-01T00:00:00Z,cy@example.org,,{},,,3,undeliverable,form\n"
        "4,2024-01-01T00:00:00Z,di@example.org,,{},,,4,complained,form\n"
        "5,2024-01-01T00:00:00Z,ed@example.org,,{},,,5,unsubscribed,form\n"
        "6,2024-01-01T00:00:00Z,flo@example.org,,{},,,6,something new,form\n",
        [
            ("ann@example.org", "active", ""),
            ("bob@example.org", "pending", ""),
            ("cy@example.org", "bounce", ""),
            ("di@example.org", "complaint", ""),
            ("ed@example.org", "unsubscribed", ""),
            ("flo@example.org", "unsubscribed", ""),
        ],
    ),
    "digest": (
        "email,name,state,language,topics,edition,since\n"
        "'+ann@example.org,'=Ann,active,ko,ai;tea,weekly,2024-01-01T00:00:00+00:00\n"
        "bob@example.org,Bob,suppressed,,,weekly,\n",
        [("+ann@example.org", "active", "=Ann"), ("bob@example.org", "editor", "Bob")],
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_of_services_are_known_by_their_headings(name: str) -> None:
    """How each of them stood is respected; tags are no topics until somebody says so."""
    text, expected = EXPORTS[name]
    assert columns(next(csv.reader(io.StringIO(text)))).service.name == name
    found, _ = read(text, vouched=True)
    assert [(row[1], row[2], row[3]) for _, row in found] == expected
    if name != "digest":
        assert {row[5] for _, row in found} == {""}


def test_mailchimps_three_lists_in_one_file() -> None:
    """Then each row tells by its times how somebody stood."""
    text = MAILCHIMP.format(UNSUBSCRIBED + CLEANED)
    text += "ann@example.org\nbob@example.org,,,,,2021-01-01\ncy@example.org,,,,,,,,2021-01-01\n"
    assert [row[2] for _, row in read(text, vouched=True)[0]] == ["active", "unsubscribed", "bounce"]


def test_every_service_has_its_example() -> None:
    """Here, and so in the tests above."""
    assert {each.name for each in SERVICES} == set(EXPORTS)


def test_an_older_spelling_of_buttondown() -> None:
    """Its columns were once called otherwise."""
    first = ["email", "notes", "creation_date", "subscriber_type"]
    assert columns(first).service.name == "Buttondown"
    ((_, row),) = read(",".join(first) + "\nann@example.org,,2020-01-01,unactivated\n", vouched=True)[0]
    assert row[2] == "pending"


def test_tags_are_topics_when_somebody_says_so() -> None:
    """By --map, beside what the service's columns are."""
    text = EXPORTS["Ghost"][0]
    assert read(text, {"topics": "labels"})[0][0][1][5] == "vip"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("2021-01-01T10:00:00+08:00", "2021-01-01 02:00:00"),
        ("2021-01-01", "2021-01-01 00:00:00"),
        ("last summer", ""),
        ("0001-01-01T00:00:00+14:00", ""),
    ],
)
def test_a_day_of_leaving_is_leaving(said: str, left: str) -> None:
    """Whatever the day; one that we read can be compared."""
    ((_, row),) = read(f"email,unsubscribed at\nann@example.org,{said}\n")[0]
    assert (row[2], row[6]) == ("unsubscribed", left)


@given(st.text(max_size=20))
@example("=1+1")
@example("'=1+1")
@example("''@x")
@example("\tx")
def test_a_guarded_cell_is_no_formula_and_comes_back(cell: str) -> None:
    """Every text, by one apostrophe more or none."""
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


LINE = st.text(alphabet=st.sampled_from("ab@.,;|\t\"' é漢=-\0\n\r"), max_size=30)


@given(
    st.lists(
        LINE | st.sampled_from(["email", "email,name", "email;state", "ann@example.org,Ann"]), max_size=12
    )
)
def test_nothing_in_a_list_is_more_than_a_refused_line(lines: list[str]) -> None:
    """Any text at all is rows, refused lines, or one sentence about the whole."""
    text = "\n".join(lines)
    try:
        rows, refused = read(text)
    except UsageError:
        return
    assert all("@" in row[1] for _, row in rows)
    for each in refused:
        assert each.sentence
        assert 1 <= each.line <= len(list(io.StringIO(text, newline="")))


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True), st.text(max_size=12)),
        max_size=8,
    ),
    st.sampled_from(",;\t|"),
)
def test_what_python_writes_is_read(people: list[tuple[str, str]], mark: str) -> None:
    """Every address, whatever stands beside it."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=mark)
    writer.writerows([("email", "name"), *people])
    found = pieces_of(runs(io.StringIO(file.getvalue(), newline=""), mark))
    assert [row[1] for piece in found for row in piece.rows["weekly"]] == [address for address, _ in people]


@given(st.lists(LINE | st.sampled_from(["ann@example.org,Ann", 'bob@example.org,"Bo\nb"']), max_size=12))
def test_all_at_once_is_one_by_one(lines: list[str]) -> None:
    """A list of addresses and names is read the same where a column makes the quick way impossible."""
    text = "email,name\n" + "\n".join(lines)
    fast = list(runs(io.StringIO(text, newline="")))
    places = columns(fast[0].records[0]).places
    found = [
        [
            (piece.rows.get("weekly", []), piece.refused)
            for piece in pieces(fast[1:], Columns(places=places | more), wanted())
        ]
        for more in ({}, {"language": 99})
    ]
    assert found[0] == found[1]
