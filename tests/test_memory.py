"""The browser's spacing of practice, held against the Python package `fsrs`."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsrs import Card, Rating, Scheduler

WEB = Path(__file__).parents[1] / "src/handbook/web/quiz"
RUN = """
const { remember, recallOf } = await import(process.argv[1]);
const told = [];
for (const answers of JSON.parse(process.argv[2])) {
  let memory = null;
  told.push(answers.map(([rating, day]) => {
    const recall = memory ? recallOf(memory, day) : 0;
    memory = remember(memory, rating, day);
    return [recall, memory.stability, memory.difficulty, memory.due];
  }));
}
console.log(JSON.stringify(told));
"""
BEGAN = datetime(2026, 11, 26, tzinfo=UTC)


def learners(count: int, seed: int) -> list[list[tuple[int, int]]]:
    """Ratings with the days on which they were given, the same day now and then."""
    random_ = random.Random(seed)  # noqa: S311 - learners, no secret
    made = []
    for _ in range(count):
        day = 0
        answers = []
        for _ in range(random_.randrange(1, 16)):
            answers.append((random_.choice([1, 1, 2, 3, 3, 3]), day))
            day += random_.choice([0, 1, 1, 2, 5, 13, 40, 200])
        made.append(answers)
    return made


@pytest.mark.node
def test_items_come_again_when_fsrs_says() -> None:
    """Every stability, difficulty, recall and due day of 400 random learners."""
    if not shutil.which("node"):
        pytest.skip("Node.js 没有安装：apt install nodejs")
    histories = learners(400, seed=6)
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", RUN, WEB / "memory.js",
         json.dumps(histories)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )  # fmt: skip
    scheduler = Scheduler(
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=180,
        enable_fuzzing=False,
    )

    for answers, told in zip(histories, json.loads(ran.stdout), strict=True):
        card = Card()
        for (rating, day), ours in zip(answers, told, strict=True):
            moment = BEGAN + timedelta(days=day)
            recall = scheduler.get_card_retrievability(card, moment)
            card, _ = scheduler.review_card(card, Rating(rating), moment)
            theirs = [recall, card.stability, card.difficulty, (card.due - BEGAN).days]

            assert ours == pytest.approx(theirs, rel=1e-9)
