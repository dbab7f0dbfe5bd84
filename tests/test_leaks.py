"""The leak scan finds every secret in every place and disguise, and nothing else."""

from __future__ import annotations

import base64
import codecs
import gzip
import hashlib
import html
import io
import json
import re
import shutil
import unicodedata
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from fuzzing import tried
from hypothesis import example, given
from hypothesis import strategies as st
from small_site import FILES, write_handbook

from handbook.leaks import CANARY, find_leaks, squeeze, unescape
from handbook.loading import load
from handbook.papers import item_token, option_token
from handbook.publishing import LeakError, files, publish
from handbook.rendering.calls import calls

SECRETS = {
    "id": "exam-hold-reason",
    "rationale": "先讲清楚缘由再请对方等候，这样他才愿意等。",
    "option rationale": "客户不知道发生了什么事情，会以为断线。",
    "stem": "要请来电的客户等一会儿，最先应该做什么？",
    "filled stem": "值班时电话铃最多响到第第三声铃下就必须有人接起来。",
    "accepted answers": '["第三声铃", "三下铃响"]',
    "canary": CANARY,
}


def masked(data: bytes, key: int) -> bytes:
    return bytes(byte ^ key for byte in data)


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)


def as_zip(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<si>{text}</si>")
    return out.getvalue()


DISGUISES = {
    "plain": lambda s: s.encode(),
    "HTML entities": lambda s: "".join(f"&#{ord(c)};" for c in s).encode(),
    "hexadecimal entities": lambda s: "".join(f"&#x{ord(c):x};" for c in s).encode(),
    "entities twice": lambda s: html.escape(
        "".join(f"&#{ord(c)};" for c in s)
    ).encode(),
    "JSON escapes": lambda s: json.dumps({"a": s}).encode(),
    "every character escaped": lambda s: escaped(s).encode(),
    "percent-encoding": lambda s: quote(s, safe="").encode(),
    "base64": lambda s: base64.b64encode(s.encode()),
    "base64, second alignment": lambda s: base64.b64encode(b" " + s.encode()),
    "base64, third alignment": lambda s: base64.b64encode(b": " + s.encode()),
    "base64 in a word": lambda s: b"x" + base64.b64encode(s.encode()),
    "base64 for addresses": lambda s: base64.urlsafe_b64encode(s.encode()),
    "base64 of JSON": lambda s: base64.b64encode(json.dumps([s]).encode()),
    "base64 in lines": lambda s: base64.encodebytes((f"{s}\n" * 4).encode()),
    "base64 twice": lambda s: base64.b64encode(base64.b64encode(s.encode())),
    "base64 of UTF-16": lambda s: base64.b64encode(s.encode("utf-16-le")),
    "hexadecimal": lambda s: s.encode().hex().encode(),
    "hexadecimal, off by one": lambda s: b"0" + s.encode().hex().encode(),
    "hexadecimal bytes": lambda s: s.encode().hex(" ").encode(),
    "reversed": lambda s: s[::-1].encode(),
    "letters shifted": lambda s: codecs.encode(s, "rot13").encode(),
    "masked bytes": lambda s: masked(s.encode(), 0x5A),
    "masked bytes in base64": lambda s: base64.b64encode(masked(s.encode(), 0x91)),
    "masked characters": lambda s: "".join(chr(ord(c) ^ 7) for c in s).encode(),
    "masked bytes escaped": lambda s: "".join(
        f"\\x{byte:02x}" for byte in masked(s.encode(), 0xC3)
    ).encode(),
    "character codes": lambda s: json.dumps([ord(c) for c in s]).encode(),
    "byte values": lambda s: json.dumps(list(s.encode())).encode(),
    "zero-width characters between": lambda s: "\u200b".join(s).encode(),
    "compressed": lambda s: gzip.compress(s.encode()),
    "zip archive": as_zip,
    "UTF-16": lambda s: s.encode("utf-16"),
    "GB 18030": lambda s: s.encode("gb18030"),
}

NOT_FOR = {"zero-width characters between": {"id"}}
"""An identifier is found as one word, or it would be found in half the addresses."""

PLACES = (
    "index.html",
    "exams/desk.html",
    "assets/handbook.js",
    "assets/finder-data.js",
    "forms/visit.csv",
    "sitemap.xml",
    "sitemap.xml.gz",
    "search/search_index.json",
    "assets/handbook.css",
    "deep/er/than.that/file",
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return load(write_handbook(tmp_path_factory.mktemp("small")))


@pytest.fixture
def site(tmp_path, published):
    """A copy of the small site, to plant leaks in."""
    return Path(shutil.copytree(published, tmp_path / "site"))


@pytest.fixture(scope="module")
def published(tmp_path_factory, small):
    """A site as macros and publish write it, without a host around it."""
    macros = calls(small)
    pages = {
        "exams/desk.html": macros["exam"]("desk"),
        "practice/phone.html": macros["practice"]("phone"),
        "paths/desk.html": macros["role_path"]("desk"),
        "forms/visit.html": macros["form"]("visit"),
        "index.html": macros["figure_table"]() + macros["system_table"](),
        "policies/phone.html": small.pages["policies/phone.md"].text,
        "scripts/phone.html": macros["phrase"]("scripts/phone.md#hello"),
    }
    target = tmp_path_factory.mktemp("published")
    for name, text in pages.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    publish(small, target)
    return target


def plant(site: Path, name: str, data: bytes) -> None:
    path = site / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else b""
    path.write_bytes(before + b"\n" + data + b"\n")


def test_a_clean_site_has_no_leaks(small, site):
    """Practice keys, papers and all published files raise no alarm."""
    assert find_leaks(small, site) == []


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("secret", SECRETS)
def test_every_secret_is_found_in_every_disguise(small, tmp_path, secret, disguise):
    """Nothing but the planted file is in the site, so that nothing else is found."""
    if secret in NOT_FOR.get(disguise, ()):
        pytest.skip("the disguise does not apply")
    (tmp_path / "page.html").write_bytes(DISGUISES[disguise](SECRETS[secret]))

    found = find_leaks(small, tmp_path)

    assert ["page.html"] == list(dict.fromkeys(leak.file for leak in found))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS)
def test_every_secret_is_found_in_every_place(small, site, secret, place):
    """Only a paper's own page may show its stems."""
    shown = (secret, place) == ("stem", "exams/desk.html")
    if place.endswith(".gz"):
        (site / place).write_bytes(gzip.compress(SECRETS[secret].encode()))
    else:
        plant(site, place, SECRETS[secret].encode())

    found = {leak.file for leak in find_leaks(small, site)}

    assert found == (set() if shown else {place})


@pytest.mark.parametrize(
    "wrapped",
    [
        "<span>{0}</span><b>{1}</b>",
        "<!-- {0}{1} -->",
        '<i data-x="{0}{1}"></i>',
        "{0}\n      {1}",
        "{0}<br/>{1}",
        "&lt;b&gt;{0}&lt;/b&gt;{1}",
        'var a = "{0}" +\n  "{1}";',
        "{0}，{1}！",
    ],
)
def test_markup_and_white_space_hide_nothing(small, tmp_path, wrapped):
    """The words are found whatever stands between them."""
    words = SECRETS["rationale"]
    (tmp_path / "a.html").write_text(wrapped.format(words[:9], words[9:]), "utf-8")

    assert [leak.item for leak in find_leaks(small, tmp_path)] == ["exam-hold-reason"]


def test_a_list_of_right_options_is_found(small, tmp_path):
    """Tokens tell the key too, though they name nothing by themselves."""
    item = small.items["exam-hold-reason"]
    right = option_token(item.id, item.options[0].text)
    (tmp_path / "key.json").write_text(
        json.dumps({item_token(item.id): {"key": [right]}}), "utf-8"
    )

    assert [leak.what for leak in find_leaks(small, tmp_path)] == ["正确选项"]


def test_a_list_of_all_options_tells_nothing(small, tmp_path):
    """What names every option is a paper, not a key."""
    item = small.items["exam-hold-reason"]
    tokens = [option_token(item.id, option.text) for option in item.options]
    (tmp_path / "paper.json").write_text(
        json.dumps({item_token(item.id): tokens}), "utf-8"
    )

    assert find_leaks(small, tmp_path) == []


def test_words_of_a_rule_are_no_secret(tmp_path):
    """A rationale that quotes a clause word for word may stand in the clause."""
    bank = FILES["quizzes/banks/phone.yml"].replace(
        "先讲清楚缘由再请对方等候，这样他才愿意等。", "请客户等候以前，先说明原因。"
    )
    handbook = load(write_handbook(tmp_path / "h", **{"quizzes/banks/phone.yml": bank}))
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.html").write_text("请客户等候以前，先说明原因。", "utf-8")

    assert handbook.sound
    assert find_leaks(handbook, site) == []


def test_a_question_pasted_into_a_free_page_is_a_leak(tmp_path):
    """A guide is no rule: an exam question there is given away."""
    page = f"练一练：{SECRETS['stem']}"
    handbook = load(write_handbook(tmp_path / "h", **{"content/guide/more.md": page}))
    site = tmp_path / "site"
    site.mkdir()
    (site / "guide.html").write_text(page, "utf-8")

    assert [leak.what for leak in find_leaks(handbook, site)] == ["题干"]


def test_an_id_inside_a_longer_word_is_another_name(small, tmp_path):
    """Whole words only."""
    (tmp_path / "a.html").write_text("exam-hold-reasonable pre-exam-hold-reason")

    assert find_leaks(small, tmp_path) == []


def test_several_processes_find_the_same(small, site):
    """In the same order, whoever found what."""
    for place in PLACES:
        if not place.endswith(".gz"):
            plant(site, place, SECRETS["rationale"].encode())

    assert find_leaks(small, site) == find_leaks(small, site, processes=3) != []


def test_only_the_very_bytes_of_a_theme_are_passed_over(small, tmp_path):
    """One byte more, and the file is searched like any other."""
    (tmp_path / "theme.js").write_bytes(data := SECRETS["rationale"].encode())
    known = {hashlib.sha256(data).hexdigest()}

    assert find_leaks(small, tmp_path, known) == []
    plant(tmp_path, "theme.js", b";")
    assert [leak.file for leak in find_leaks(small, tmp_path, known)] == ["theme.js"]


def test_publish_stops_at_a_leak_and_names_it(small, site):
    """File, item and where the item is written, in one line."""
    plant(site, "index.html", base64.b64encode(SECRETS["rationale"].encode()))

    with pytest.raises(LeakError) as caught:
        publish(small, site)

    assert "index.html: 出现考试题 exam-hold-reason 的解析" in str(caught.value)
    assert "quizzes/banks/phone.yml:" in str(caught.value)


def test_other_keys_change_no_byte(tmp_path):
    """All that macros and publish write is the same whatever the exam's keys are."""
    bank = FILES["quizzes/banks/phone.yml"]
    other = (
        bank.replace("[[第三声铃, 三下铃响]]", "[[第九声铃]]")
        .replace("key: [a]", "key: [b]")
        .replace(
            "{id: a, text: 说明为什么要等}",
            "{id: a, text: 说明为什么要等, rationale: 别的}",
        )
        .replace(", rationale: 客户不知道发生了什么事情，会以为断线。", "")
        .replace(
            "先讲清楚缘由再请对方等候，这样他才愿意等。", "完全不同的另一种说明文字。"
        )
        .replace("超过这个次数来电的人就开始着急，所以定得这么紧。", "换了一个解释。")
    )
    assert other != bank
    written = []
    for name, text in (("one", bank), ("two", other)):
        root = write_handbook(tmp_path / name, **{"quizzes/banks/phone.yml": text})
        handbook = load(root)
        assert handbook.sound, handbook.problems
        macros = calls(handbook)
        written.append(
            {
                "exam": macros["exam"]("desk"),
                "practice": macros["practice"]("phone"),
                "path": macros["role_path"]("desk"),
                **{name: macros[name]() for name in ("figure_table", "system_table")},
                **dict(files(handbook)),
            }
        )

    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#24320;&#x59cb;", "开始"),
        (r"\u5f00\u{59cb}\x21", "开始!"),
        ("%E5%BC%80%u59cb", "开始"),
        ("&amp;#24320;", "开"),
        ("100% 不变 & 照旧 \\d", "100% 不变 & 照旧 \\d"),
    ],
)
def test_unescape(written, read):
    """Escapes are undone, layer by layer; what is none stays."""
    assert read == unescape(written)


@tried(400)
@given(
    st.text(st.sampled_from("aAbée-_ .，。：“《①Ａ￥゙ﾞか́\u0308\u200b一二Ⅳ㈱ㄱㅏ각ᆨ😀´‾"))
)
@example("e-\u0301 a‾b ＡＢ－① ㄱ-ㅏ ｶ-ﾞ")
def test_squeeze_is_what_it_says(text):
    """The quick way and the plain one agree, whatever stands beside whatever."""
    plain = unicodedata.normalize("NFKC", text).casefold()

    assert re.sub(r"[\W_]+", "", plain) == squeeze(text)


def test_squeeze_keeps_letters_and_digits_only():
    """Width, case, space and punctuation carry nothing."""
    assert squeeze("ＡＢ c，　“三声_内”\u200b！") == "abc三声内"
