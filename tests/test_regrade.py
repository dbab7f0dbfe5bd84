"""Regrading: who flips and why; a pass is never lowered in silence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from building import blank, build_handbook, match, multiple, order, single, true_false
from by_hand import run
from exam_on_disk import write_handbook
from fuzzing import tried
from handing_in import MORNING, answer_file, as_bytes
from hypothesis import given
from hypothesis import strategies as st

from handbook.grading.answer_files import read_answers
from handbook.grading.grade import Grade
from handbook.grading.grader import grade
from handbook.grading.marks import fingerprint
from handbook.grading.regrade import Policy, remark
from handbook.grading.submissions import Submission
from handbook.handbook import Handbook
from handbook.loading import load
from handbook.papers import draw, item_token, option_token
from handbook.records.care.decisions import Note, take_back
from handbook.records.database.store import Store
from handbook.records.history.errors import StoreError
from handbook.records.history.events import Kind
from handbook.records.history.sittings import sittings
from handbook.records.intake.hand_ins import hand_in
from handbook.records.regrading.plans import Plan, carry_out, plan, refused
from handbook.records.regrading.told import as_document, as_text
from handbook.records.standing.everyone import standing
from handbook.records.statistics.analysis import exam_statistics

NOW = MORNING + timedelta(days=1)
NOTE = Note("答案改正", "T01", NOW)
ROOT = Path(__file__).parents[1]

# The key of `greet` was 错的一 and is 对的; nothing else about it moved.
RIGHT = single("greet", right="对的", wrong=["错的一", "错的二"])
WRONG = single("greet", right="错的一", wrong=["对的", "错的二"])
OTHERS = [single("calm", critical=True), true_false("keep-word"), blank("rings")]


def book(first: Any, **exam: Any) -> Handbook:
    """A handbook of four items; three right are a pass."""
    return build_handbook([first, *OTHERS], exam={"pass_mark": "75%"} | exam)


BEFORE, AFTER = book(WRONG), book(RIGHT)


@pytest.fixture
def store():
    """Empty records in memory."""
    with Store("sqlite://") as opened:
        yield opened


def sit(
    store: Store,
    number: str,
    chose: str | None,
    *,
    missed: Sequence[str] = (),
    then: Handbook = BEFORE,
) -> str:
    """Record a sitting by the key of that day; return its receipt."""
    document = answer_file(then, number=number, name=f"员工{number}")
    answers = document["answers"]
    for item in ("greet", *missed):
        answers.pop(item_token(item), None)
    if chose:
        answers[item_token("greet")] = [option_token("greet", chose)]
    file = answer_file(then, number=number, name=f"员工{number}", answers=answers)
    outcome = hand_in(then, store, as_bytes(file), via="server", now=NOW)
    assert outcome.receipt, outcome.refusals
    return outcome.receipt.code


def planned(store: Store, policy: str, item: str | None = "greet", now=AFTER) -> Plan:
    """The plan of a regrade that is possible."""
    made = plan(now, store, "entry", item, Policy(policy))
    assert isinstance(made, Plan), made
    return made


def told(made: Plan) -> dict[str, tuple[str, str]]:
    """Who changes: from which score to which, and which way they flip."""
    return {
        change.was.submission.person.number: (
            f"{change.was.score}/{change.was.possible} → "
            f"{change.becomes.score}/{change.becomes.possible}",
            change.flip,
        )
        for change in made.changes
    }


def everyone(store: Store) -> None:
    """Old key, new key, neither, nothing; with and without another mistake."""
    sit(store, "OLD", "错的一")
    sit(store, "OLD1", "错的一", missed=["rings"])
    sit(store, "NEW", "对的")
    sit(store, "NEW1", "对的", missed=["rings"])
    sit(store, "NO1", "错的二", missed=["rings"])
    sit(store, "NIL1", None, missed=["rings"])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("accept-both", {"NEW": ("3/4 → 4/4", ""), "NEW1": ("2/4 → 3/4", "up")}),
        (
            "new-key",
            {
                "OLD": ("4/4 → 3/4", ""),
                "OLD1": ("3/4 → 2/4", "down"),
                "NEW": ("3/4 → 4/4", ""),
                "NEW1": ("2/4 → 3/4", "up"),
            },
        ),
        (
            "full-credit",
            {
                "NEW": ("3/4 → 4/4", ""),
                "NEW1": ("2/4 → 3/4", "up"),
                "NO1": ("2/4 → 3/4", "up"),
                "NIL1": ("2/4 → 3/4", "up"),
            },
        ),
        (
            "drop-item",
            {
                "OLD": ("4/4 → 3/3", ""),
                "OLD1": ("3/4 → 2/3", "down"),
                "NEW": ("3/4 → 3/3", ""),
                "NEW1": ("2/4 → 2/3", ""),
                "NO1": ("2/4 → 2/3", ""),
                "NIL1": ("2/4 → 2/3", ""),
            },
        ),
    ],
)
def test_each_policy_changes_whom_it_should(store, policy, expected):
    """By hand, person for person."""
    everyone(store)

    assert told(planned(store, policy)) == expected


def test_a_plan_records_nothing(store):
    """It is a look."""
    everyone(store)
    before = store.end()

    planned(store, "accept-both")

    assert store.end() == before


def test_a_regrade_appends_and_standing_follows(store):
    """The old grade stays, the new one counts, the chain holds."""
    everyone(store)
    before = list(store.events())
    made = planned(store, "accept-both")

    events = carry_out(store, made, NOTE, lower=False)

    after = list(store.events())
    assert after[: len(before)] == before
    assert after[len(before) :] == list(events)
    assert {event.kind for event in events} == {Kind.REGRADED}
    assert store.verify() == ()
    about = events[1].payload["regrade"]
    assert about == {
        "policy": "accept-both",
        "items": ["greet"],
        "reason": "答案改正",
        "by": "T01",
        "of": made.changes[1].before.sequence,
    }
    states = {
        one.person.number: (one.state.value, one.score)
        for one in standing(AFTER.exams, store.people(), store.outlines(), NOW)
    }
    assert states["NEW1"] == ("通过", Fraction(3))
    assert states["NO1"] == ("冷却中", Fraction(2))


def test_a_regraded_event_carries_all_that_a_graded_one_does(store):
    """So that it can be regraded again, and counted."""
    sit(store, "NEW1", "对的", missed=["rings"])
    (event,) = carry_out(store, planned(store, "accept-both"), NOTE, lower=False)
    graded = list(store.events())[1]

    assert set(event.payload) == set(graded.payload) | {"regrade"}
    for name in ("begun", "ended", "rule", "paper", "via", "clauses", "overtime"):
        assert event.payload[name] == graded.payload[name]
    (item,) = [i for i in event.payload["items"] if i["id"] == "greet"]
    assert item["fingerprint"] == fingerprint(RIGHT)
    assert item["answer"] == [option_token("greet", "对的")]


def test_the_same_regrade_twice_changes_nothing(store):
    """What is done is done."""
    everyone(store)
    for policy in Policy:
        carry_out(store, planned(store, policy), NOTE, lower=True)
        end = store.end()

        again = planned(store, policy)

        assert again.changes == again.confirmed == ()
        assert carry_out(store, again, NOTE, lower=False) == ()
        assert store.end() == end


def test_whoever_was_marked_by_the_new_key_is_on_record(store):
    """Those whose marks stay are confirmed, so that statistics know all of them."""
    everyone(store)
    made = planned(store, "accept-both")

    carry_out(store, made, NOTE, lower=False)

    assert len(made.confirmed) == 4
    assert "另有 4 次按新答案核对过" in as_text(AFTER, made)
    prints = {
        result.fingerprint
        for one in sittings(store.events(), store.people())
        for result in one.grade.items
        if result.item == "greet"
    }
    assert prints == {fingerprint(RIGHT)}
    (greet,) = [
        item
        for item in exam_statistics(AFTER, store, "entry").items
        if item.item == "greet"
    ]
    assert (greet.sittings, greet.others) == (6, 0)


def test_a_later_policy_starts_from_the_newest_grade(store):
    """new-key took a point away; accept-both gives it back."""
    sit(store, "OLD1", "错的一", missed=["rings"])
    carry_out(store, planned(store, "new-key"), NOTE, lower=True)

    assert told(planned(store, "accept-both")) == {"OLD1": ("2/4 → 3/4", "up")}


def test_a_pass_is_not_lowered_without_a_word(store):
    """Refused whole, by name; with the flag it is done."""
    everyone(store)
    made = planned(store, "new-key")
    end = store.end()

    (refusal,) = refused(made, lower=False)

    assert refusal.code == "A632"
    assert "OLD1" in refusal.message
    with pytest.raises(ValueError, match="A632"):
        carry_out(store, made, NOTE, lower=False)
    assert store.end() == end
    assert refused(made, lower=True) == ()
    assert len(carry_out(store, made, NOTE, lower=True)) == 4 + 2


def test_options_that_became_others_are_refused(store):
    """A stored token that no option has is an answer to another question."""
    everyone(store)
    reworded = book(single("greet", right="对了", wrong=["错的一", "错的二"]))

    for policy in ("new-key", "accept-both"):
        (refusal,) = plan(reworded, store, "entry", "greet", Policy(policy))
        assert refusal.code == "A631"
        assert "2 份答卷" in refusal.message
    assert told(planned(store, "full-credit", now=reworded))["NO1"][1] == "up"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (multiple("greet", ["甲"], ["乙"]), multiple("greet", ["甲"], ["丙"])),
        (order("greet"), order("greet", ["登记", "核实", "处理", "回电"])),
        (match("greet"), match("greet", {"投诉": "当日联系", "表扬": "当场答复"})),
        (blank("greet"), blank("greet", ["三声"], ["五声"])),
        (true_false("greet"), single("greet")),
        (multiple("greet", ["甲", "乙"]), single("greet", "甲", ["乙", "丙"])),
    ],
    ids=lambda item: item.type,
)
def test_every_type_tells_that_it_became_another(store, before, after):
    """Options, prompts, gaps and types."""
    then, now = book(before), book(after)
    document = answer_file(then)
    if before.type == "multiple":
        tokens = [option_token("greet", text) for text in ("甲", "乙")]
        document["answers"][item_token("greet")] = tokens
        document = answer_file(then, answers=document["answers"])
    hand_in(then, store, as_bytes(document), via="file", now=NOW)

    (refusal,) = plan(now, store, "entry", "greet", Policy.NEW_KEY)

    assert refusal.code == "A631"


def test_a_refusal_that_names_ten_says_how_many_there_are(store):
    """Ten numbers alone would be taken for all."""
    for number in range(12):
        sit(store, f"P{number:02}", "错的一", missed=["rings"])

    (refusal,) = refused(planned(store, "new-key"), lower=False)

    assert "12 次通过会变成未通过" in refusal.message
    assert "P09 等 12 人）" in refusal.message
    assert "P10" not in refusal.message


def test_without_an_item_all_whose_key_moved(store):
    """And nothing else."""
    everyone(store)

    made = planned(store, "accept-both", item=None)

    assert made.items == ("greet",)
    assert planned(store, "accept-both", item=None, now=BEFORE).items == ()


@pytest.mark.parametrize(
    ("item", "policy"),
    [("nope", "accept-both"), (None, "drop-item"), (None, "full-credit")],
)
def test_what_cannot_be_regraded_is_refused(store, item, policy):
    """An item nobody had; everything at once without a key."""
    everyone(store)

    (refusal,) = plan(AFTER, store, "entry", item, Policy(policy))

    assert refusal.code == "A633"


def test_the_last_item_that_counts_is_not_dropped(store):
    """A share of nothing is no mark."""
    lone = build_handbook([RIGHT], exam={})
    hand_in(lone, store, as_bytes(answer_file(lone)), via="file", now=NOW)

    (refusal,) = plan(lone, store, "entry", "greet", Policy.DROP_ITEM)

    assert refusal.code == "A633"


def test_an_item_that_is_no_more_can_be_dropped_but_not_marked(store):
    """Its key went with it."""
    everyone(store)
    without = build_handbook(OTHERS, exam={"pass_mark": "75%"})

    (refusal,) = plan(without, store, "entry", "greet", Policy.NEW_KEY)

    assert refusal.code == "A633"
    assert "NEW1" in told(planned(store, "drop-item", now=without))


def test_voided_sittings_are_left_alone(store):
    """Taken back is taken back, whether before or after a regrade."""
    receipt = sit(store, "NEW1", "对的", missed=["rings"])
    sit(store, "NO1", "错的二", missed=["rings"])
    take_back(store, receipt, NOTE)

    made = planned(store, "full-credit")
    (event,) = carry_out(store, made, NOTE, lower=False)
    take_back(store, event.receipt, NOTE)

    assert list(told(made)) == ["NO1"]
    assert sittings(store.events(), store.people()) == []


def test_a_dropped_critical_item_no_longer_fails_anyone(store):
    """What counts for nobody is critical for nobody."""
    sit(store, "A1", "错的一", missed=["calm"])

    (change,) = planned(store, "drop-item", item="calm").changes

    assert change.was.missed_critical == ("calm",)
    assert change.becomes.missed_critical == ()
    assert change.becomes.passed
    assert change.becomes.band == "优秀"


def test_a_missed_critical_item_fails_whatever_the_marks(store):
    """Enough of them by the new key, and still no pass."""
    sit(store, "A1", "对的", missed=["calm"])

    (change,) = planned(store, "accept-both").changes

    assert (change.becomes.score, change.becomes.share) == (3, Fraction(3, 4))
    assert change.becomes.missed_critical == ("calm",)
    assert not change.becomes.passed


def test_overtime_stays_overtime(store):
    """A better mark does not turn the clock back."""
    late = answer_file(BEFORE, minutes=90)
    hand_in(BEFORE, store, as_bytes(late), via="file", now=NOW)

    assert told(planned(store, "full-credit", item="calm")) == {}
    assert not sittings(store.events(), store.people())[0].grade.passed


def test_the_pass_mark_is_that_of_the_day(store):
    """A stricter rule of today does not reach back."""
    sit(store, "NEW1", "对的", missed=["rings"])
    stricter = book(RIGHT, pass_mark="100%", bands={"合格": "100%"})  # noqa: S106 - no password

    assert told(planned(store, "accept-both", now=stricter))["NEW1"][1] == "up"


def test_a_hand_in_meanwhile_makes_a_plan_stale(store):
    """Nothing is recorded on what was not shown."""
    everyone(store)
    made = planned(store, "accept-both")
    sit(store, "LATE", "对的")
    end = store.end()

    with pytest.raises(StoreError, match="再运行一次"):
        carry_out(store, made, NOTE, lower=False)

    assert store.end() == end


def test_the_text_says_who_and_why(store):
    """Names, receipts, scores, the item with file and line; and what else to check."""
    everyone(store)
    made = planned(store, "new-key")

    text = as_text(AFTER, made)

    assert "greet（quizzes/banks/service.yml:4）" in text
    assert "NEW1 员工NEW1（回执 8-" in text
    assert "2/4 未通过 → 3/4 通过，合格，改为通过" in text
    assert "    greet：0 分 → 1 分" in text
    assert "未通过改为通过 1 次，通过改为未通过 1 次" in text
    assert "题面可能改过" not in text


def test_a_paper_that_is_not_todays_is_told(store):
    """Tokens cannot show that a stem was reworded; the paper's digest may."""
    everyone(store)
    reworded = book(
        single("greet", "对的", ["错的一", "错的二"], stem="换了一种问法，怎么办？")
    )

    made = planned(store, "accept-both", now=reworded)

    assert made.rewritten == 2
    assert made.confirmed == ()  # another text is another item
    assert "题面可能改过" in as_text(reworded, made)


def test_the_document_is_stable(store):
    """For programs."""
    sit(store, "NEW1", "对的", missed=["rings"])
    made = planned(store, "accept-both")

    document = json.loads(json.dumps(as_document(AFTER, made, (), ())))

    assert document["changes"][0] | {"sitting": "", "receipt": ""} == {
        "person": {"id": "NEW1", "name": "员工NEW1"},
        "sitting": "",
        "receipt": "",
        "flip": "up",
        "before": {"passed": False, "band": "不合格", "score": "2", "possible": 4},
        "after": {"passed": True, "band": "合格", "score": "3", "possible": 4},
        "items": [{"item": "greet", "before": "0", "after": "1", "counted": True}],
    }


ITEMS = [
    single("greet"),
    multiple("tone", scoring="net_correct"),
    blank("two", ["三声"], ["当日"], scoring="net_correct"),
    single("calm", critical=True),
]
WHOLE = build_handbook(ITEMS, exam={"pass_mark": "60%"})
"""Whoever misses the critical item alone has the marks and does not pass."""


@st.composite
def handed_in(draw_: st.DrawFn) -> Submission:
    """Any hand-in of the whole book."""
    answers: dict[str, Any] = {}
    for shown in draw(WHOLE, "entry", 1).items:
        tokens = [option.token for option in shown.options]
        if draw_(st.booleans()):
            continue
        if shown.type == "single":
            answers[shown.token] = [draw_(st.sampled_from(tokens))]
        elif shown.type == "multiple":
            some = st.lists(st.sampled_from(tokens), min_size=1, unique=True)
            answers[shown.token] = draw_(some)
        else:
            texts = st.sampled_from(["三声", "当日", ""])
            answers[shown.token] = [draw_(texts), draw_(texts)]
    document = answer_file(WHOLE, answers=answers)
    read = read_answers(as_bytes(document), name="", via="file")
    assert isinstance(read, Submission)
    return read


@tried(80)
@given(submission=handed_in(), name=st.sampled_from([i.id for i in ITEMS]))
def test_marking_anew_by_the_same_key_is_the_grade(submission, name):
    """new-key and accept-both with nothing changed give the grader's own grade."""
    marked = grade(WHOLE, submission)
    assert isinstance(marked, Grade)
    for policy in (Policy.NEW_KEY, Policy.ACCEPT_BOTH):
        again = remark(
            WHOLE, marked, first=marked, policy=policy, items=[name],
            pass_mark=WHOLE.exams["entry"].pass_mark,
        )  # fmt: skip

        assert again == marked


@tried(80)
@given(submission=handed_in(), name=st.sampled_from([i.id for i in ITEMS]))
def test_a_dropped_item_is_an_item_on_trial(submission, name):
    """The oracle: the same exam with the item a pilot, graded from scratch."""
    marked = grade(WHOLE, submission)
    assert isinstance(marked, Grade)
    dropped = remark(
        WHOLE, marked, first=marked, policy=Policy.DROP_ITEM, items=[name],
        pass_mark=WHOLE.exams["entry"].pass_mark,
    )  # fmt: skip
    kept = [r for r in marked.items if r.item != name]

    assert dropped.score == sum(r.credit for r in kept)
    assert dropped.possible == len(kept)
    right = all(r.correct for r in kept if r.critical)
    assert dropped.passed == (dropped.share >= Fraction(6, 10) and right)
    assert set(dropped.reread) == {
        a for r in kept if not r.correct for a in WHOLE.items[r.item].source
    }


@tried(40)
@given(submission=handed_in(), name=st.sampled_from([i.id for i in ITEMS]))
def test_accepting_both_and_full_credit_lower_nobody(submission, name):
    """Whatever today's key is."""
    marked = grade(WHOLE, submission)
    assert isinstance(marked, Grade)
    turned = build_handbook(
        [
            i.model_copy(update={"key": ("o2",)}) if i.type == "single" else i
            for i in ITEMS
        ],
        exam={"pass_mark": "60%"},
    )
    for policy in (Policy.ACCEPT_BOTH, Policy.FULL_CREDIT):
        again = remark(
            turned, marked, first=marked, policy=policy, items=[name],
            pass_mark=WHOLE.exams["entry"].pass_mark,
        )  # fmt: skip

        assert again.score >= marked.score
        assert again.passed >= marked.passed


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A handbook on disk in which a key was wrong, and a sitting by the old key."""

    write_handbook(tmp_path)
    document = answer_file(load(tmp_path), number="A1", begun=MORNING)
    with Store(str(tmp_path / "records.sqlite")) as store:
        hand_in(load(tmp_path), store, as_bytes(document), via="server", now=NOW)
    bank = tmp_path / "quizzes/banks/service.yml"
    text = bank.read_text(encoding="utf-8")
    text = text.replace(", rationale: 不合规定。", "").replace(
        "对}", "对, rationale: 不合规定。}"
    )
    bank.write_text(text.replace("key: [a]", "key: [b]"), encoding="utf-8")
    return tmp_path


def test_the_script_plans_refuses_and_records(tree):
    """Dry run; a pass that would go; then with the flag."""
    why = ("--reason", "答案改正", "--by", "T1", "--root", tree)

    def end() -> tuple[int, str]:
        with Store(str(tree / "records.sqlite")) as store:
            return store.end()

    before = end()
    rehearse = ("--dry-run", "--root", tree)
    dry = run("regrade", "entry", "--policy", "new-key", *rehearse)
    for policy in Policy:
        run("regrade", "entry", "greet", "--policy", policy.value, "--lower", *rehearse)
    assert end() == before
    refusal = run("regrade", "entry", "--policy", "new-key", *why)
    done = run(
        "regrade", "entry", "--policy", "new-key", "--lower", "--format", "json", *why
    )
    again = run("regrade", "entry", "--policy", "new-key", *why)

    assert "3/3 通过，优秀 → 0/3 未通过，改为未通过" in dry.stdout
    assert "试运行" in dry.stdout
    assert refusal.exit_code == 1
    assert "A632" in refusal.stderr
    assert done.exit_code == 0, done.stderr
    assert len(json.loads(done.stdout)["recorded"]) == 1
    assert again.exit_code == 0
    assert "登记 0 条。" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["entry"], 2, "--reason"),
        (["nope", "--dry-run"], 2, "entry"),
        (["entry", "nope", "--dry-run"], 1, "A633"),
    ],
)
def test_wrong_use_of_the_script(tree, arguments, code, said):
    """Says what is missing."""
    ran = run("regrade", *arguments, "--root", tree)

    assert ran.exit_code == code
    assert said in ran.stderr


def test_names_of_erased_people_are_not_needed(store):
    """Their events stay, and are regraded without a name."""
    sit(store, "NEW1", "对的", missed=["rings"])
    (one,) = sittings(store.events(), {})

    assert one.grade.submission.person.number == ""
    assert replace(one.grade, submission=one.grade.submission) == one.grade
