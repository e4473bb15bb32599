"""Reading config.toml."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import load, parse, schema
from digest.errors import ConfigError

MINIMAL = """\
[site]
title = "字裡行間"
base_url = "https://digest.example/"

[[sources]]
kind = "articles"
path = "articles"

[[editions]]
name = "weekly"
title = "Weekly"
"""


def faults(text):
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return [
        (problem.rule, str(problem.position), problem.sentence, problem.hint)
        for problem in caught.value.problems
    ]


def test_a_minimal_config_has_every_default():
    """Three tables are enough, and the address loses its trailing slash."""
    config = parse(MINIMAL)
    assert config.site.base_url == "https://digest.example"
    assert config.language(config.editions[0]) == "en"
    assert config.languages(config.editions[0]) == ("en",)
    assert config.authority == "digest.example,2026"
    assert config.zone.key == "UTC"


def test_an_editions_own_language_comes_first_and_once():
    """`languages` may name the edition's own language again."""
    text = MINIMAL + 'language = "ko"\nlanguages = ["en", "ko"]\n'
    config = parse(text)
    assert config.languages(config.editions[0]) == ("ko", "en")


def test_the_authority_of_ids_can_be_kept():
    """A site that moves keeps its feeds' ids by naming their authority."""
    config = parse(MINIMAL + '\n[archive]\ntag_authority = "old.example,2020"\n')
    assert config.authority == "old.example,2020"


def test_a_zone_that_exists_is_kept():
    """A site in Taipei keeps Taipei's time."""
    config = parse(MINIMAL.replace("[site]", '[site]\ntimezone = "Asia/Taipei"'))
    assert config.zone.key == "Asia/Taipei"


def test_an_unknown_key_is_refused_at_its_line_with_the_nearest_one():
    """A slip of the finger in a key names the key that was meant."""
    text = MINIMAL.replace('title = "Weekly"', 'title = "Weekly"\nsubjct = "x"')
    assert faults(text) == [
        (
            "config-unknown-key",
            "config.toml:12:1",
            "there is no key editions[0].subjct",
            "did you mean subject?",
        )
    ]


def test_an_unknown_key_far_from_all_lists_the_known_ones():
    """Where no key is near, all of the table's keys are named."""
    ((_, place, _, hint),) = faults(MINIMAL + "\n[archive]\nzzz = 1\n")
    assert place == "config.toml:14:1"
    assert hint == "known here: feed_items, path, public, tag_authority"


def test_an_unknown_key_in_a_table_of_free_names_cannot_happen():
    """`[aliases]` takes any tag."""
    assert parse(MINIMAL + '\n[aliases]\n"活字" = ["movable type", "활자"]\n').aliases["活字"][1] == "활자"


def test_a_missing_key_is_named_at_its_table():
    """A missing key points at the heading of the table that wants it."""
    text = MINIMAL.replace('title = "Weekly"\n', "")
    assert faults(text) == [
        ("config-missing-key", "config.toml:9:1", "the key editions[0].title is missing", "")
    ]


def test_the_second_of_two_editions_is_found():
    """A fault in the second edition points into the second, subtables included."""
    text = (
        MINIMAL
        + '[[editions]]\nname = "b"\ntitle = "B"\n[editions.schedule]\nday = "mondy"\ntime = "09:00"\n'
    )
    ((rule, place, _, hint),) = faults(text)
    assert (rule, place, hint) == ("config-value", "config.toml:16:1", "did you mean monday?")


def test_a_choice_that_is_near_nothing_lists_the_choices():
    """A literal far from all choices is answered by the choices alone."""
    ((_, _, sentence, hint),) = faults(MINIMAL.replace('"articles"\npath', '"zzzzz"\npath'))
    assert "'articles', 'profiles' or 'feed'" in sentence
    assert hint == ""


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('timezone = "Asia/Taipeh"', "did you mean 'Asia/Taipei'?"),
        ('timezone = "qqqq"', "there is no time zone 'qqqq'"),
        ('base_url = "digest.example"', "must be an absolute http or https address"),
        ('title = "a\\nBcc: x"', "must be one line without control characters"),
        ('static = ["../x"]', "must be a path inside the site"),
        ('static = ["/etc"]', "must be a path inside the site"),
        ("languages = []", "at least one"),
    ],
)
def test_values_that_cannot_be(line, sentence):
    """A value out of its range is refused with a sentence that says what would do."""
    key = line.split(" =")[0]
    text = "\n".join(old for old in MINIMAL.split("\n") if not old.startswith(key + " =") or "Weekly" in old)
    text = text.replace("[site]", f"[site]\n{line}")
    assert any(sentence in said for _, _, said, _ in faults(text))


def test_names_of_editions():
    """An edition's name is a folder and an address: lower-case letters, digits, hyphens; and it is unique."""
    assert "lower-case" in faults(MINIMAL.replace('"weekly"', '"We/ekly"'))[0][2]
    twice = MINIMAL + MINIMAL[MINIMAL.index("[[editions]]") :]
    assert faults(twice)[0][2] == "two editions have the same name"


@pytest.mark.parametrize("written", ['"9:00"', '"09:00"', "09:00:00"])
def test_a_time_of_day(written):
    """A slot's time may be a string or one of TOML's own."""
    text = MINIMAL + f'[editions.schedule]\nday = "monday"\ntime = {written}\n'
    schedule = parse(text).editions[0].schedule
    assert schedule is not None
    assert schedule.time == time(9)


@pytest.mark.parametrize("written", ['"25:00"', '"9"', "900", "2026-01-01"])
def test_what_is_no_time_of_day(written):
    """Anything else is refused by a sentence that shows the form."""
    text = MINIMAL + f'[editions.schedule]\nday = "monday"\ntime = {written}\n'
    assert "time of day" in faults(text)[0][2]


def test_what_is_not_toml_is_said_with_its_place():
    """A syntax error carries the line and column of TOML's parser, and a code frame."""
    with pytest.raises(ConfigError) as caught:
        parse('[site]\ntitle = "a\n')
    problem = caught.value.problems[0]
    assert (problem.rule, problem.position.line) == ("config-syntax", 2)
    assert problem.frame == ((1, "[site]"), (2, 'title = "a'), (3, ""))
    assert faults("a = [1,")[0][:2] == ("config-syntax", "config.toml:1:8")


def test_a_config_of_another_project_is_told_from_a_faulty_one():
    """A Hugo config is said to be foreign, not missing fifty keys."""
    assert faults('baseURL = "https://x.example"\ntitle = "x"\n') == [
        (
            "config-foreign",
            "config.toml:1:1",
            "this is not a config.toml of digest",
            "digest needs [site], [[sources]] and [[editions]]; `digest init` writes one",
        )
    ]


def test_files_that_cannot_be_read(tmp_path):
    """No file, a folder and bytes that are not UTF-8 each get a sentence; a BOM is no fault."""
    path = tmp_path / "config.toml"
    with pytest.raises(ConfigError, match="there is no config"):
        load(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(path)
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert load(path).site.title == "字裡行間"
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_the_schema_describes_every_key():
    """Each property of the JSON Schema has a description: docs and editors live on it."""
    made = schema()
    assert made["$schema"].endswith("2020-12/schema")
    for name, table in made["$defs"].items():
        for key, value in table["properties"].items():
            assert value.get("description") or "$ref" in str(value), f"{name}.{key}"


@given(st.text(max_size=200))
def test_any_text_is_a_config_or_a_problem(text):
    """Whatever the text, the answer is a Config or a ConfigError."""
    with pytest.raises(ConfigError):
        parse(text)


@pytest.mark.parametrize(
    "host",
    [
        "feeds.internal",
        "localhost",
        "münchen.internal.",
        "10.1.0.0/16",
        "10.1.2.3",
        "fd00::/8",
        "[::1]",
        "a_b",
    ],
)
def test_hosts_of_one_s_own(host):
    """Names, addresses and networks may be allowed."""
    assert parse(MINIMAL + f'[feeds]\nallow_hosts = ["{host}"]\n').feeds.allow_hosts == (host,)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "http://feeds.internal/",
        "feeds.internal:8080",
        "10.0.0.300",
        "10.0.0.0/33",
        "a b",
        "*.internal",
        "-x",
    ],
)
def test_what_is_no_host(host):
    """What would silently allow nothing is said at its line."""
    [(rule, place, sentence, _)] = faults(MINIMAL + f'[feeds]\nallow_hosts = ["{host}"]\n')
    assert (rule, place.split(":")[1]) == ("config-value", "13")
    assert "10.1.0.0/16" in sentence


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('kind = "feed"', "a feed needs a `url` that begins with https://"),
        ('kind = "feed"\nurl = "ftp://a.example/f"', "a feed needs a `url` that begins with https://"),
        ('kind = "feed"\nurl = "https://a.example/f"\npath = "a"', "a feed has a `url` and no `path`"),
        ('kind = "articles"', "the key path is missing"),
        ('kind = "articles"\npath = "a"\nurl = "https://a.example/f"', "a folder has a `path` and no `url`"),
    ],
)
def test_a_source_is_a_folder_or_a_feed(lines, sentence):
    """It has the one or the other, and says which it lacks."""
    ((_, place, said, _),) = faults(MINIMAL.replace('kind = "articles"\npath = "articles"', lines))
    assert sentence in said
    assert place.startswith("config.toml:5:")


def test_a_source_is_called_by_its_folder_or_its_address():
    """So it stands in tables and on the command line."""
    text = MINIMAL + '[[sources]]\nkind = "feed"\nurl = "https://a.example/f"\n'
    assert [each.name for each in parse(text).sources] == ["articles", "https://a.example/f"]
    assert [each.name for each in parse(text).subscriptions] == ["https://a.example/f"]


SITE = """\
[site]
title = "T"
base_url = "https://t.example"
[[sources]]
kind = "articles"
path = "a"
[[editions]]
name = "weekly"
title = "W"
[tags]
aliases_file = "tags/aliases.toml"
[aliases]
"開源" = ["open source"]
"""


def test_aliases_may_stand_in_a_file_of_their_own(tmp_path):
    """Both add up; who keeps tags in three languages keeps them apart from the settings."""
    (tmp_path / "tags").mkdir()
    (tmp_path / "tags/aliases.toml").write_text('"開源" = ["오픈소스"]\n"晶片" = ["chips", "반도체"]\n')
    (tmp_path / "config.toml").write_text(SITE)
    assert load(tmp_path / "config.toml").aliases == {
        "開源": ("open source", "오픈소스"),
        "晶片": ("chips", "반도체"),
    }


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        (None, "config-value", "config.toml:11:1"),
        ('"晶片" = "chips"\n', "config-value", "tags/aliases.toml:1:1"),
        ('\n"晶片" = [\n', "config-syntax", "tags/aliases.toml"),
    ],
)
def test_what_is_wrong_with_a_file_of_aliases(tmp_path, text, rule, place):
    """It is missing, no list stands behind a tag, it is no TOML: told at its place."""
    (tmp_path / "tags").mkdir()
    if text is not None:
        (tmp_path / "tags/aliases.toml").write_text(text)
    (tmp_path / "config.toml").write_text(SITE)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.toml")
    (problem,) = caught.value.problems
    assert problem.rule == rule
    assert str(problem.position).startswith(place)


@pytest.mark.parametrize(
    "address", ["B@bounces.example.org", "b <b@example.org>", "b@", f"{'b' * 32}@example.org"]
)
def test_an_address_of_returned_mail_leaves_room_for_a_token(address):
    """It is bare, in small letters, and short enough before the @ for a plus and 32 letters more."""
    ((rule, place, sentence, _),) = faults(f'{MINIMAL}\n[bounces]\naddress = "{address}"\n')
    assert rule == "config-value"
    assert place.startswith("config.toml:")
    assert "must be a bare address" in sentence
    assert parse(f'{MINIMAL}\n[bounces]\naddress = "b@example.org"\n').bounces.address == "b@example.org"
