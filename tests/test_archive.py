"""Backup, export, restore and erasure: all or nothing, and never a changed record."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from fuzzing import tried
from handing_in import MORNING, graded, small_book
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from handbook.canonical import canonical
from handbook.grading.submissions import Person
from handbook.model.data import Figure
from handbook.model.durations import Duration
from handbook.records.care.decisions import Note, NoteError, forget, verify_text
from handbook.records.care.retention import FIGURE, expire, past
from handbook.records.database import chain
from handbook.records.database.archive import (
    ArchiveError,
    back_up,
    dump,
    take_over,
    taken_over,
)
from handbook.records.database.engine import database_url
from handbook.records.database.store import Store
from handbook.records.history.errors import BrokenEventError, StoreError
from handbook.records.history.events import Kind
from handbook.records.standing.everyone import standing

ROOT = Path(__file__).parents[1]
BOOK = small_book()
EXAM = BOOK.exams["entry"]
NOW = MORNING + timedelta(hours=3)
YEARS = Duration.parse("3年")


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """Records of three people."""
    with Store(place) as opened:
        for n in range(3):
            opened.record(graded(BOOK, number=f"P{n}", name=f"员工{n}"), EXAM, NOW)
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """Empty records to restore into: a file, also where the first are on a server."""
    with Store(str(tmp_path / "other.sqlite")) as opened:
        yield opened


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    """A backup of the three."""
    target = tmp_path / "备份.jsonl"
    assert back_up(store, target, NOW) == 6
    return target


def lines(file: Path) -> list[str]:
    """The lines of a backup."""
    return file.read_text(encoding="utf-8").splitlines(keepends=True)


def test_a_backup_restores_to_the_same_records(store, other, file):
    """Event by event, hash by hash, with everybody's name; also to another database."""
    taken = take_over(other, lines(file))

    assert (taken.events, taken.people) == (6, 3)
    assert list(other.lines()) == list(store.lines())
    assert other.people() == store.people()
    assert other.end() == store.end()
    assert other.verify() == ()


def test_a_server_can_be_restored_from_a_file(place, tmp_path):
    """The other way round: what a file recorded goes on where it is taken over."""
    target = tmp_path / "b.jsonl"
    with Store(str(tmp_path / "first.sqlite")) as first:
        first.record(graded(BOOK), EXAM, NOW)
        back_up(first, target, NOW)
    with Store(place) as second:
        take_over(second, lines(target))
        second.record(graded(BOOK, number="N9", name="新"), EXAM, NOW)

        assert len(list(second.events())) == 4
        assert second.verify() == ()


def test_the_same_file_twice_adds_nothing(store, other, file):
    """And a later backup adds only what is new."""
    take_over(other, lines(file))
    again = take_over(other, lines(file))
    store.record(graded(BOOK, number="P9", name="新来的"), EXAM, NOW)
    back_up(store, file, NOW)
    later = take_over(other, lines(file))

    assert (again.events, again.people) == (0, 0)
    assert (later.events, later.people) == (2, 1)
    assert list(other.lines()) == list(store.lines())


def test_records_of_somebody_else_are_not_mixed_in(other, file):
    """Two departments' records are two chains."""
    other.record(graded(BOOK, number="X1", name="别人"), EXAM, NOW)
    before = list(other.lines())

    with pytest.raises(ArchiveError, match="不同"):
        take_over(other, lines(file))

    assert list(other.lines()) == before


def test_an_export_has_no_names_and_is_taken_over_without(store, other):
    """Statistics travel, people do not."""
    out = io.StringIO()

    assert dump(store, out) == 6
    taken = take_over(other, out.getvalue().splitlines())

    assert "员工" not in out.getvalue()
    assert (taken.events, taken.people) == (6, 0)
    assert list(other.lines()) == list(store.lines())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "一条记录也没有"),
        (b"\n \n", "一条记录也没有"),
        ("人".encode("gb18030"), "第 1 行：不是 UTF-8"),
        ('{"format": "x"}\n'.encode("utf-16"), "不是 UTF-8"),
    ],
)
def test_what_is_no_backup_is_said_in_chinese(tmp_path, content, said):
    """As an editor may save one, or a disk may leave one."""
    saved = tmp_path / "saved.jsonl"
    saved.write_bytes(content)

    with (
        saved.open(encoding="utf-8") as read,
        Store(str(tmp_path / "new.sqlite")) as fresh,
        pytest.raises(ArchiveError, match=said),
    ):
        take_over(fresh, read)


def test_what_an_export_lacks_is_told(store, other):
    """Whoever restores one by mistake hears it before the lists are empty."""
    out = io.StringIO()
    dump(store, out)

    assert "没有姓名" in taken_over(take_over(other, out.getvalue().splitlines()))


def test_records_that_cannot_be_read_are_not_backed_up_as_if_they_could(
    store, place, tmp_path
):
    """The backup from before stays; what to do is said."""
    engine = create_engine(database_url(place))
    with engine.begin() as raw:
        on = " ON events" if raw.dialect.name == "postgresql" else ""
        raw.exec_driver_sql(f"DROP TRIGGER events_no_update{on}")
        raw.exec_driver_sql("UPDATE events SET payload='{' WHERE sequence=2")
    engine.dispose()

    with pytest.raises(BrokenEventError, match="verify"):
        back_up(store, tmp_path / "new.jsonl", NOW)

    assert not list(tmp_path.glob("new*"))


def test_a_backup_is_for_its_owner_and_is_never_half_there(store, tmp_path):
    """Nobody else reads it; one that breaks off leaves the one before."""
    target = tmp_path / "b.jsonl"
    back_up(store, target, NOW)
    before = target.read_bytes()

    class Broken(Store):
        def lines(self):
            yield from list(super().lines())[:2]
            raise OSError(28, "No space left on device")

    with Broken(store.url) as broken, pytest.raises(OSError, match="No space"):
        back_up(broken, target, NOW)

    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.glob("*.part")] == []
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


@tried(60)
@given(data=st.data())
def test_no_changed_file_is_taken_over(tmp_path_factory, data):
    """A line cut, doubled, swapped or edited anywhere: refused whole."""
    folder = tmp_path_factory.mktemp("archive")
    with Store(str(folder / "a.sqlite")) as store:
        for n in range(3):
            store.record(graded(BOOK, number=f"P{n}", name=f"员工{n}"), EXAM, NOW)
        back_up(store, folder / "b.jsonl", NOW)
    whole = lines(folder / "b.jsonl")
    place = data.draw(st.integers(4, len(whole) - 1))
    match data.draw(st.sampled_from(["cut", "double", "swap", "edit", "truncate"])):
        case "cut":
            changed = whole[:place] + whole[place + 1 :]
        case "double":
            changed = [*whole[: place + 1], *whole[place:]]
        case "swap":
            other = data.draw(
                st.integers(4, len(whole) - 1).filter(lambda n: n != place)
            )
            changed = [*whole]
            changed[place], changed[other] = whole[other], whole[place]
        case "edit":
            at = data.draw(st.integers(1, len(whole[place]) - 2))
            letter = "7" if whole[place][at] != "7" else "8"
            edited = whole[place][:at] + letter + whole[place][at + 1 :]
            changed = [*whole[:place], edited, *whole[place + 1 :]]
        case _:
            changed = whole[:place]

    with Store(str(folder / "c.sqlite")) as fresh:
        with pytest.raises(ArchiveError):
            take_over(fresh, changed)

        assert list(fresh.events()) == []
        assert fresh.people() == {}


@tried(100)
@given(
    st.lists(
        st.text(max_size=40)
        | st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["format", "end", "key", "number", "name", "kind", "payload"]
                    ),
                    inner,
                )
            ),
            max_leaves=8,
        ).map(json.dumps),
        min_size=1,
        max_size=4,
    )
)
def test_no_text_breaks_the_reader(texts):
    """Whatever is in the file: a message in Chinese, or nothing to take over."""
    with Store("sqlite://") as store:
        with suppress(ArchiveError):
            take_over(store, texts)

        assert list(store.events()) == []


def test_a_rehashed_line_does_not_fit_the_chain(file, other):
    """A right hash over other content still breaks the next one, or the noted end."""
    whole = lines(file)
    last = json.loads(whole[-1])
    last["payload"]["passed"] = not last["payload"]["passed"]
    hashed = ("kind", "at", "person", "exam", "sitting", "digest")
    last["hash"] = chain.event_hash(
        last["previous"],
        {name: last[name] for name in hashed},
        canonical(last["payload"]),
    )

    with pytest.raises(ArchiveError, match="不完整"):
        take_over(other, [*whole[:-1], json.dumps(last)])


def test_a_person_is_erased_and_the_statistics_stay(store):
    """No name and no number anywhere; every event still there and sound."""
    before = list(store.lines())

    told = forget(store, " p1", Note("离职", "T1", NOW))

    after = list(store.lines())
    assert after[:-1] == before
    assert after[-1]["kind"] == Kind.ERASED
    assert "P1" not in json.dumps(after, ensure_ascii=False)
    assert store.person("P1") is None
    assert sorted(p.number for p in store.people().values()) == ["P0", "P2"]
    assert store.verify() == ()
    found = standing(BOOK.exams, store.people(), store.outlines(), NOW)
    assert {one.person.number for one in found} == {"P0", "P2"}
    assert "备份" in told


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_an_erased_name_is_not_left_in_the_file(store, place):
    """Neither in the database nor in the log beside it."""
    name = "独一无二的姓名"
    store.record(graded(BOOK, number="Q7", name=name), EXAM, NOW)

    forget(store, "Q7", Note("离职", "T1", NOW))

    for path in Path(place).parent.glob("records.sqlite*"):
        assert name.encode() not in path.read_bytes(), path.name


def test_nobody_is_erased_by_mistake(store):
    """A number nobody has is said, and nothing is recorded."""
    with pytest.raises(NoteError, match="没有工号为 X"):
        forget(store, "X", Note("错", "T1", NOW))

    assert len(list(store.events())) == 6


def test_who_comes_back_begins_anew(store):
    """The same number is another key: nothing ties them to what was erased."""
    old = next(k for k, p in store.people().items() if p.number == "P1")
    forget(store, "P1", Note("离职", "T1", NOW))

    store.record(graded(BOOK, number="P1", name="又来了"), EXAM, NOW)

    new = next(k for k, p in store.people().items() if p.number == "P1")
    assert new != old
    assert store.person("P1") == Person("P1", "又来了")


def test_an_older_backup_brings_back_nobody_who_was_erased_since(store, file):
    """Also where somebody else has the number by now."""
    forget(store, "P1", Note("离职", "T1", NOW))
    forget(store, "P2", Note("离职", "T1", NOW))
    store.record(graded(BOOK, number="P1", name="又来了"), EXAM, NOW)

    again = take_over(store, lines(file))

    assert (again.events, again.people) == (0, 0)
    assert store.person("P1") == Person("P1", "又来了")
    assert store.person("P2") is None


def test_a_later_backup_takes_away_who_was_erased_meanwhile(store, other, file):
    """What was restored from the one before still had the name."""
    take_over(other, lines(file))
    forget(store, "P1", Note("离职", "T1", NOW))
    back_up(store, file, NOW)

    take_over(other, lines(file))

    assert other.people() == store.people()
    assert verify_text(other, None)[0]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `records.py`."""
    return subprocess.run(
        [sys.executable, ROOT / "scripts/records.py", *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_commands(place, tmp_path):
    """As the guide tells them: back up, restore, import an export, erase."""
    saved, fresh = tmp_path / "b.jsonl", tmp_path / "fresh.sqlite"
    made = run("backup", saved, "--db", place)
    back = run("restore", saved, "--db", fresh)
    sound = run("verify", "--db", fresh)
    out = tmp_path / "out.jsonl"
    out.touch(mode=0o644)  # who exported before this was said
    exported = run("export", "--db", place, "--output", out)
    rights = out.stat().st_mode & 0o777
    piped = run("export", "--db", place)
    bare = run("import", out, "--db", tmp_path / "bare.sqlite")
    gone = run(
        "erase", "--person", "p2", "--db", fresh, "--reason", "离职", "--by", "T1"
    )
    kept = run("expire", "--db", fresh)
    out.write_text(out.read_text(encoding="utf-8").replace("entry", "other"), "utf-8")
    broken = run("import", out, "--db", tmp_path / "x.sqlite")
    nowhere = run("backup", tmp_path / "no/where.jsonl", "--db", place)

    assert "已备份 6 条" in made.stdout
    assert "已恢复 6 条记录、3 个人" in back.stdout
    assert sound.returncode == 0
    assert exported.stderr.startswith(f"已导出 6 条记录，不含姓名：{out}\n机密：")
    assert rights == 0o600
    assert len(piped.stdout.splitlines()) == 6
    assert piped.stderr.startswith("已导出 6 条记录，不含姓名。\n机密：")
    assert "等于答案" in piped.stderr
    assert "已恢复 6 条记录、0 个人" in bare.stdout
    assert "已删除工号 P2" in gone.stdout
    assert "没有要删除的" in kept.stdout
    assert "没有这个文件或文件夹" in nowhere.stderr
    assert (broken.returncode, nowhere.returncode) == (2, 2)
    assert "第 1 行" in broken.stderr
    assert "Traceback" not in broken.stderr + nowhere.stderr


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "command",
    [
        ("backup", "{saved}"),
        ("export", "--output", "{saved}"),
        ("erase", "--person", "P1", "--reason", "离职", "--by", "T1"),
        ("expire",),
        ("void", "2-0123456789ab", "--reason", "错", "--by", "T1"),
    ],
    ids=lambda command: command[0],
)
def test_where_no_records_are_nothing_is_done(store, tmp_path, command):
    """A mistyped `--db` must not put an empty backup in the place of a full one."""
    saved = tmp_path / "b.jsonl"
    back_up(store, saved, NOW)
    before = saved.read_bytes()

    ran = run(
        *(part.format(saved=saved) for part in command), "--db", tmp_path / "x.db"
    )

    assert ran.returncode == 2
    assert "找不到记录库" in ran.stderr
    assert saved.read_bytes() == before


KEPT = replace(
    BOOK,
    figures={
        FIGURE: Figure(
            id=FIGURE, name="保存", value="3", unit="年", wording="3年", clause="a.md#b"
        )
    },
)


def test_names_go_when_their_time_is_up_and_not_before(store):
    """Three years after the last thing on record, or after the end of the last pass."""
    failed = graded(BOOK, number="F9", wrong=5)
    store.record(failed, EXAM, NOW)

    def gone(day: str) -> list[str]:
        today = date.fromisoformat(day)
        told = past(store.people(), store.outlines(), store.spans(), YEARS, today)
        return [one.person.number for one in told]

    assert gone("2029-11-23") == []
    assert gone("2029-11-24") == ["F9"]
    assert gone("2030-11-23") == ["F9"]
    assert gone("2030-11-24") == ["F9", "P0", "P1", "P2"]


def test_expiring_shows_first_and_then_erases_all_at_once(store):
    """A rehearsal changes nothing; the chain stays whole, the statistics stay."""
    later = NOW + timedelta(days=3000)
    before = list(store.lines())

    told = expire(KEPT, store, "", later)
    assert list(store.lines()) == before
    done = expire(KEPT, store, "T1", later)

    assert "--apply" in told[-1]
    assert "已删除 3 个人" in done[-1]
    assert store.people() == {}
    after = list(store.lines())
    assert after[:6] == before
    assert [one["kind"] for one in after[6:]] == [Kind.ERASED] * 3
    assert after[6]["payload"] == {"by": "T1", "reason": "保存期满（3年）"}
    assert store.verify() == ()
    assert store.strangers() == ()
    assert "没有人满期" in expire(KEPT, store, "T1", later)[0]


def test_whoever_comes_while_the_days_are_looked_up_is_kept(store):
    """Their days are known to nobody yet."""
    outlines = list(store.outlines())

    found = past(store.people(), outlines, {}, YEARS, NOW.date())

    assert found == ()


def test_nothing_is_erased_when_something_came_between(store):
    """Who sat meanwhile is no longer past; it must be decided anew."""
    with pytest.raises(StoreError, match="再运行一次"):
        store.erase_all(["P1"], reason="期满", by="T1", now=NOW, end=5)

    assert len(store.people()) == 3


@pytest.mark.parametrize(
    ("figure", "said"), [(None, "没有写"), ("三", "看不懂"), ("9999", "最多 100 年")]
)
def test_a_handbook_that_does_not_say_how_long(store, figure, said):
    """Nothing is guessed where a name is at stake."""
    figures = {FIGURE: KEPT.figures[FIGURE].model_copy(update={"value": figure})}
    book = replace(BOOK, figures=figures if figure else {})

    with pytest.raises(NoteError, match=said):
        expire(book, store, "T1", NOW)
