"""Answer files: a whole one is read, and no other gets further than a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from fuzzing import tried
from hypothesis import given
from hypothesis import strategies as st

from handbook.canonical import canonical
from handbook.grading.answer_files import checksum, read_answers
from handbook.grading.submissions import (
    MAX_BYTES,
    MAX_REFUSALS,
    REFUSALS,
    Person,
    Refusal,
    Submission,
)

CHECKSUMS = json.loads(
    (Path(__file__).parent / "cases/grading/checksums.json").read_text("utf-8")
)

DOCUMENT = {
    "format": "handbook-answers/1",
    "exam": "front-desk",
    "form": 2,
    "paper": "0123456789abcdef0123456789abcdef",
    "sitting": "3f0e9a5c-1b7d-4c1e-9a53-6d2f8e4b7a10",
    "person": {"id": "A1024", "name": "王小明"},
    "started_at": "2026-11-23T09:00:00+08:00",
    "submitted_at": "2026-11-23T09:25:00+08:00",
    "answers": {
        "0a1b2c3d4e5f": ["f5e4d3c2b1a0"],
        "9f8e7d6c5b4a": ["三声", ""],
        "5a5a5a5a5a5a": {"b2b2b2b2b2b2": "c3c3c3c3c3c3"},
    },
}


def sealed(document: Mapping[str, object]) -> bytes:
    """An answer file with its right checksum."""
    return json.dumps({**document, "checksum": checksum(document)}).encode()


def changed(path: str, value: object) -> bytes:
    """A sealed answer file with one field of another value (`...`: left out)."""
    document = deepcopy(DOCUMENT)
    *way, last = path.split("/")
    inner = document
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return sealed(document)


def read(raw: bytes) -> Submission | tuple[Refusal, ...]:
    """Read what a file named 王小明.json holds."""
    return read_answers(raw, name="王小明.json", via="file")


def refused(raw: bytes) -> list[tuple[str, str]]:
    """Codes and places of what is wrong with a file; each refusal is readable."""
    found = read(raw)
    assert isinstance(found, tuple)
    assert found
    for refusal in found:
        assert refusal.code in REFUSALS
        assert refusal.message
        assert refusal.remedy.endswith("。")
        assert str(refusal).isprintable() or "\n    改法：" in str(refusal)
        str(refusal).encode()
    return [(r.code, r.place.removeprefix("王小明.json").strip()) for r in found]


def test_a_whole_file_is_read():
    """Every field arrives, typed."""
    found = read(sealed(DOCUMENT))

    zone = timezone(timedelta(hours=8))
    assert found == Submission(
        exam="front-desk",
        form=2,
        paper="0123456789abcdef0123456789abcdef",
        sitting="3f0e9a5c-1b7d-4c1e-9a53-6d2f8e4b7a10",
        person=Person("A1024", "王小明"),
        started_at=datetime(2026, 11, 23, 9, 0, tzinfo=zone),
        submitted_at=datetime(2026, 11, 23, 9, 25, tzinfo=zone),
        answers={
            "0a1b2c3d4e5f": ("f5e4d3c2b1a0",),
            "9f8e7d6c5b4a": ("三声", ""),
            "5a5a5a5a5a5a": {"b2b2b2b2b2b2": "c3c3c3c3c3c3"},
        },
        via="file",
        digest=checksum(DOCUMENT),
    )


def test_how_it_came_is_kept():
    """A record says by which way a submission came."""
    found = read_answers(sealed(DOCUMENT), name="", via="server")

    assert isinstance(found, Submission)
    assert found.via == "server"


def test_a_byte_order_mark_does_no_harm():
    """Windows editors and mail programs add one."""
    assert isinstance(read(b"\xef\xbb\xbf" + sealed(DOCUMENT)), Submission)


def test_time_with_milliseconds_in_utc_is_read():
    """Browsers write `toISOString()`."""
    found = read(changed("submitted_at", "2026-11-23T01:25:00.123Z"))

    assert isinstance(found, Submission)
    assert found.submitted_at == datetime(2026, 11, 23, 1, 25, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize("case", CHECKSUMS, ids=lambda case: case["name"])
def test_canonical_json_and_checksum(case):
    """The golden cases that the browser runs too."""
    assert canonical(case["document"]) == case["canonical"]
    assert checksum(case["document"]) == case["checksum"]
    assert isinstance(read(sealed(case["document"])), Submission)


@pytest.mark.parametrize(
    ("number", "tidy"),
    [
        ("a1024", "A1024"),
        (" \uff21\uff11\uff10\uff12\uff14　", "A1024"),
        ("A 10 24", "A1024"),
        ("工号0012", "工号0012"),
        ("li.wei@example", "LI.WEI@EXAMPLE"),
        ("A10\u200b24", "A1024"),
    ],
)
def test_one_person_has_one_number(number, tidy):
    """Case, width and invisible characters make no second person."""
    found = read(changed("person/id", number))

    assert isinstance(found, Submission)
    assert found.person.number == tidy


def test_names_lose_what_cannot_be_seen():
    """A name can turn no terminal's or page's text around."""
    found = read(changed("person/name", " \u202e王\u0007小明\t\n 二 "))

    assert isinstance(found, Submission)
    assert found.person.name == "王小明 二"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("exam", ..., "A603"),
        ("exam", None, "A605"),
        ("exam", "", "A605"),
        ("exam", "前台", "A605"),
        ("exam", "../front-desk", "A605"),
        ("exam", ["front-desk"], "A605"),
        ("form", ..., "A603"),
        ("form", 0, "A605"),
        ("form", -1, "A605"),
        ("form", 100, "A605"),
        ("form", "2", "A605"),
        ("form", True, "A605"),
        ("form", 2.0, "A605"),
        ("form", float("nan"), "A605"),
        ("form", float("inf"), "A605"),
        ("form", 10**4000, "A605"),
        ("paper", ..., "A603"),
        ("paper", "没有", "A605"),
        ("paper", 7, "A605"),
        ("sitting", ..., "A603"),
        ("sitting", "1", "A605"),
        ("sitting", "3f0e9a5c-1b7d-4c1e-9a53-6d2f8e4b7a1\uff10", "A605"),
        ("person", ..., "A603"),
        ("person", "王小明", "A605"),
        ("person", [], "A605"),
        ("person/id", ..., "A603"),
        ("person/id", "", "A603"),
        ("person/id", " \u200b", "A603"),
        ("person/id", 1024, "A605"),
        ("person/id", "A" * 33, "A605"),
        ("person/id", "=1+1", "A605"),
        ("person/id", "A1024;", "A605"),
        ("person/id", "x" * 500_000, "A605"),
        ("person/name", ..., "A603"),
        ("person/name", "", "A603"),
        ("person/name", "王" * 41, "A605"),
        ("person/name", {}, "A605"),
        ("person/name", "王\ud800", "A605"),
        ("person/role", "admin", "A604"),
        ("started_at", ..., "A603"),
        ("started_at", "2026-11-23T09:00:00", "A605"),
        ("started_at", "2026-11-23", "A605"),
        ("started_at", "2026-11-23 09:00:00+08:00", "A605"),
        ("started_at", "\uff12\uff10\uff12\uff16-11-23T09:00:00+08:00", "A605"),
        ("started_at", "1026-11-23T09:00:00+08:00", "A605"),
        ("started_at", "2026-13-23T09:00:00+08:00", "A607"),
        ("started_at", "2026-02-30T09:00:00Z", "A607"),
        ("started_at", 1763859600, "A605"),
        ("submitted_at", ..., "A603"),
        ("submitted_at", "昨天", "A605"),
        ("submitted_at", "2026-11-23T08:59:59+08:00", "A607"),
        ("submitted_at", "2026-11-23T09:25:00+09:00", "A607"),
        ("answers", ..., "A603"),
        ("answers", [], "A605"),
        ("answers", None, "A605"),
        ("answers/0a1b2c3d4e5f", None, "A605"),
        ("answers/0a1b2c3d4e5f", "f5e4d3c2b1a0", "A605"),
        ("answers/0a1b2c3d4e5f", [1], "A605"),
        ("answers/0a1b2c3d4e5f", [["f5e4d3c2b1a0"]], "A605"),
        ("answers/0a1b2c3d4e5f", ["x"] * 51, "A605"),
        ("answers/0a1b2c3d4e5f", ["x" * 1001], "A605"),
        ("answers/0a1b2c3d4e5f", ["\udfff"], "A605"),
        ("answers/0a1b2c3d4e5f", {"b2b2b2b2b2b2": 1}, "A605"),
        ("answers/0a1b2c3d4e5f", {"b2b2b2b2b2b2": {}}, "A605"),
        ("answers/greet", ["x"], "A605"),
        ("answers/\ud800", ["x"], "A605"),
        ("score", "20/20", "A604"),
        ("passed", True, "A604"),
    ],
)
def test_one_wrong_field_is_one_refusal_at_its_place(path, value, code):
    """The place is the field's, the rest of the file is not blamed."""
    try:
        raw = changed(path, value)
    except UnicodeEncodeError:  # no checksum exists for half a character
        document = deepcopy(DOCUMENT)
        *way, last = path.split("/")
        inner = document[way[0]] if way else document
        inner[last] = value
        raw = json.dumps({**document, "checksum": "0" * 64}).encode()

    assert refused(raw) == [(code, "/" + path.replace("\ud800", "\ufffd"))]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "空的"),
        (b" \n", "空的"),
        (b"hello", "第 1 行第 1 个字"),
        (b'{"format": "handbook-answers/1",\n "exam": }', "第 2 行第 10 个字"),
        (sealed(DOCUMENT)[:-40], "JSON"),
        (b"PK\x03\x04\xff\xfe", "UTF-8"),
        ("{}".encode("utf-16"), "UTF-8"),
        ("王小明".encode("gbk"), "UTF-8"),
        (b"[" * 100_000, "太深"),
        (b'{"a":' * 100_000, "太深"),
        (b"[]", "列表"),
        (b"null", "空值"),
        (b"NaN", "数字 NaN"),
        (b"1" * 100_000, "数字 111"),
        (b'"handbook-answers/1"', "文字"),
        (b"x" * (MAX_BYTES + 1), "1 MB"),
        (b"[" * (10 * MAX_BYTES), "超过 1 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_json_object_is_refused_as_such(raw, said):
    """Damaged, huge, too deep, or something else altogether."""
    found = read(raw)

    assert refused(raw) == [("A601", "")]
    assert said in found[0].message


@pytest.mark.parametrize(
    ("said", "in_message"),
    [
        (..., "不是本手册保存的答卷"),
        (1, "不是本手册保存的答卷"),
        ("other", "不是本手册保存的答卷"),
        ("handbook-answers/2", "不是同一版"),
        ("handbook-answers/", "不是同一版"),
    ],
)
def test_another_format_is_refused_before_all_else(said, in_message):
    """What a file of another version means, this version does not guess."""
    raw = changed("format", said)

    assert refused(raw) == [("A602", "/format")]
    assert in_message in read(raw)[0].message


def test_a_name_given_twice_is_refused():
    """Programs disagree which of two wins, so neither does."""
    text = sealed(DOCUMENT).decode()
    inside = text.replace('"id": "A1024"', '"id": "A1024", "id": "A1024"')
    outside = text.replace('"form": 2', '"form": 1, "form": 2')
    answer = text.replace('"0a1b2c3d4e5f": [', '"0a1b2c3d4e5f": [], "0a1b2c3d4e5f": [')
    pair = text.replace('"b2b2b2b2b2b2": ', '"b2b2b2b2b2b2": "x", "b2b2b2b2b2b2": ')

    assert refused(inside.encode()) == [("A604", "/person/id")]
    assert refused(outside.encode()) == [("A604", "/form")]
    assert refused(answer.encode()) == [("A604", "/answers/0a1b2c3d4e5f")]
    assert refused(pair.encode()) == [("A604", "/answers/5a5a5a5a5a5a")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"A1024"', '"A1025"'),
        ('"form": 2', '"form": 1'),
        ("09:25:00", "09:24:00"),
        ("f5e4d3c2b1a0", "f5e4d3c2b1a1"),
        ('"answers": {', '"answers": {"aaaaaaaaaaaa": [], '),
    ],
)
def test_a_file_edited_by_hand_is_refused(old, new):
    """Any change after saving breaks the checksum."""
    text = sealed(DOCUMENT).decode()
    edited = text.replace(old, new)

    assert edited != text
    assert refused(edited.encode()) == [("A606", "/checksum")]


def test_a_file_may_be_laid_out_anew():
    """White space, the order of names and escapes are not what is summed."""
    document = json.loads(sealed(DOCUMENT))
    turned = dict(reversed(document.items()))

    anew = json.dumps(turned, ensure_ascii=False, indent=4).encode()

    assert read(anew) == read(sealed(DOCUMENT))


def test_all_faults_are_told_at_once():
    """Nobody hands in five times to learn of five faults."""
    document = deepcopy(DOCUMENT) | {"form": "2", "started_at": "昨天", "extra": 1}
    document["person"] = {"id": "", "name": "王小明"}
    document["answers"]["0a1b2c3d4e5f"] = 3
    raw = json.dumps(document | {"checksum": "0" * 64}).encode()

    assert sorted(refused(raw)) == [
        ("A603", "/person/id"),
        ("A604", "/extra"),
        ("A605", "/answers/0a1b2c3d4e5f"),
        ("A605", "/form"),
        ("A605", "/started_at"),
        ("A606", "/checksum"),
    ]


def test_thousands_of_faults_are_counted_not_told():
    """A hostile file fills no screen."""
    document = DOCUMENT | {f"x{n}": n for n in range(5000)}
    found = read(sealed(document))

    assert len(found) == MAX_REFUSALS + 1
    assert "还有 4980 处" in found[-1].message


def test_too_many_answers_are_one_fault():
    """No exam has so many items."""
    raw = changed("answers", {f"{n:012x}": ["x"] for n in range(501)})

    assert refused(raw) == [("A605", "/answers")]


def test_a_hostile_name_reaches_no_terminal():
    """Control sequences in names of files and fields are shown as what they are not."""
    raw = sealed(DOCUMENT | {"\x1b[2J\u202e/~": 1})
    (refusal,) = read_answers(raw, name="\x1b]0;x\x07.json", via="file")

    assert refusal.place == "\ufffd]0;x\ufffd.json /\ufffd[2J\ufffd~1~0"
    assert "\x1b" not in str(refusal)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.characters(categories=["Cs", "Cc", "Cf", "L"]))
    | st.sampled_from(["handbook-answers/1", "2026-11-23T09:00:00Z", "0" * 12]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*DOCUMENT, "checksum", "id", "name"]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def never_raises(raw: bytes) -> None:
    """Read something and hold the reader to its promise."""
    found = read(raw)
    if isinstance(found, Submission):
        assert found.submitted_at >= found.started_at
        assert found.person.number
        assert found.digest == checksum(json.loads(raw.decode("utf-8-sig")))
    else:
        refused(raw)


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(raw):
    """Never an exception."""
    never_raises(raw)


@tried(100)
@given(
    st.dictionaries(
        st.sampled_from([*DOCUMENT, "checksum"]) | st.text(), json_values, max_size=4
    ),
    st.booleans(),
)
def test_any_fields_are_read_or_refused(fields, seal):
    """A plausible file with wild values in some of its fields."""
    document = DOCUMENT | fields
    document["format"] = DOCUMENT["format"]
    if seal:
        try:
            document["checksum"] = checksum(document)
        except ValueError:  # halves of characters, numbers that are none
            document["checksum"] = "0" * 64

    never_raises(json.dumps(document).encode())


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
def test_damage_anywhere_is_noticed(at, noise):
    """Bytes overwritten on the way: refused, unless nothing that counts changed."""
    whole = sealed(DOCUMENT)
    at %= len(whole)
    raw = whole[:at] + noise + whole[at + len(noise) :]
    found = read(raw)

    assert isinstance(found, tuple) or found == read(whole)
