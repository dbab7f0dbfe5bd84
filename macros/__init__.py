"""What a page may call: a thin face over the library for mkdocs-macros-plugin."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from handbook.loading import load
from handbook.problems import Level
from handbook.publishing import LeakError, publish
from handbook.rendering.calls import calls
from handbook.rendering.frame import frame

ROOT = Path(__file__).resolve().parents[1]

# A host's strict mode counts the warnings of its own logger.
_LOGS = [logging.getLogger(f"{host}.handbook") for host in ("mkdocs", "properdocs")]


def define_env(env: Any) -> None:  # noqa: ANN401 - the plugin's object, typed by no host we import
    """Register the macros; a build with problems ends here, with all of them."""
    handbook = load(ROOT)
    building = os.environ.get("HANDBOOK_BUILD") == "true"
    if building and not handbook.sound:
        raise SystemExit("\n".join(map(str, handbook.problems)))
    # A build has told of reminders and advice before it came here.
    for problem in () if building else handbook.problems:
        stops = problem.level is Level.BLOCK
        for log in _LOGS:
            log.log(logging.WARNING if stops else logging.INFO, "%s", problem)
    for name, function in calls(handbook).items():
        env.macro(function, name)
    # The theme prints role titles and the navigation from here.
    env.conf["extra"]["handbook"] = frame(handbook)


def on_post_build(env: Any) -> None:  # noqa: ANN401 - as above
    """Write what stands beside the pages, then look for leaks."""
    if os.environ.get("HANDBOOK_PUBLISH") == "after":
        return
    try:
        publish(load(ROOT), Path(env.conf["site_dir"]))
    except LeakError as leak:
        raise SystemExit(str(leak)) from None
