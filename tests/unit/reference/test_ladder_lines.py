import tomllib

from forecaster.reference.lines import find_lines

TEXT = '''\
# [[rungs]] in a comment is no table
title = "a [bracket] and a # sign"

[[rungs]]
id = "one" # threshold = 3
note = """
[[rungs]]
id = "not a key"
quoted \\""" still inside """
threshold = 1.0

[[ rungs ]]
regions = [
  "a]",   # first
  'b#"',
  [1,
   2],
]
"quoted key" = 2024-01-01 10:00:00
dotted.key = { inner = "x, y", "*" = [1, 2] }
[rungs.measure]
series = \'\'\'
kind = 'no'
\'\'\'
kind = "share"
[[rungs.parts]]
a = 1
[[rungs.parts]]
a = 2
[last]
x = true'''


def line_of(*path: str | int) -> int:
    return find_lines(TEXT).of(path)


def test_the_text_is_toml_at_all() -> None:
    assert len(tomllib.loads(TEXT)["rungs"]) == 2


def test_tables_and_keys_have_their_own_lines() -> None:
    assert line_of("title") == 2
    assert line_of("rungs", 0) == 4
    assert line_of("rungs", 0, "id") == 5
    assert line_of("rungs", 1) == 12
    assert line_of("last", "x") == 31


def test_what_follows_a_multiline_string_is_not_shifted() -> None:
    assert line_of("rungs", 0, "threshold") == 10
    assert line_of("rungs", 1, "measure", "kind") == 25


def test_elements_of_a_multiline_array_have_lines() -> None:
    assert [line_of("rungs", 1, "regions", i) for i in range(3)] == [14, 15, 16]
    assert line_of("rungs", 1, "regions", 2, 1) == 17


def test_quoted_dotted_and_inline_keys_are_found() -> None:
    assert line_of("rungs", 1, "quoted key") == 19
    assert line_of("rungs", 1, "dotted", "key", "*", 1) == 20


def test_tables_inside_a_repeated_table_belong_to_its_newest() -> None:
    assert line_of("rungs", 1, "measure") == 21
    assert line_of("rungs", 1, "parts", 1, "a") == 29


def test_what_is_absent_has_the_line_of_what_is_around_it() -> None:
    assert line_of("rungs", 0, "absent") == 4
    assert line_of("nowhere") == 1


def test_every_value_of_a_packaged_ladder_has_a_line() -> None:
    from forecaster.reference.files import PACKAGED

    def paths(value, at=()):  # type: ignore[no-untyped-def]
        yield at
        pairs = value.items() if isinstance(value, dict) else []
        pairs = enumerate(value) if isinstance(value, list) else pairs
        for key, inner in pairs:
            yield from paths(inner, (*at, key))

    for file in PACKAGED.glob("*.toml"):
        text = file.read_text("utf-8")
        lines = find_lines(text)
        for path in paths(tomllib.loads(text)):
            assert not path or path in lines.places, (file.name, path)
