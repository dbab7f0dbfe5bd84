"""Answers made for whoever asks, which nobody on the way keeps."""

from __future__ import annotations

from collections.abc import Collection

from starlette.responses import HTMLResponse, JSONResponse, Response

from handbook.grading.submissions import Refusal
from handbook.records.history.limits import REFUSALS

RECORDS_BUSY = "现在读不了记录库，请稍后再试。"
"""What a page says while the records cannot be read."""

_KEEP_NOT = {"Cache-Control": "no-store"}
_FORBIDDEN = frozenset({"A694", "A695"})


def page_answer(page: str, code: int = 200) -> Response:
    """Answer with a page of ours."""
    return HTMLResponse(page, code, headers=_KEEP_NOT)


def file_answer(content: bytes, kind: str, name: str) -> Response:
    """Answer with a file to be saved under a name of ASCII letters."""
    return Response(
        content,
        media_type=kind,
        headers={**_KEEP_NOT, "Content-Disposition": f'attachment; filename="{name}"'},
    )


def json_answer(content: object, code: int = 200) -> Response:
    """Answer the exam page."""
    return JSONResponse(content, code, headers=_KEEP_NOT)


def problem(code: int, message: str, remedy: str) -> Response:
    """Tell the exam page what went wrong, with an HTTP status of 400 or more."""
    return json_answer({"problems": [{"message": message, "remedy": remedy}]}, code)


def refusals(found: Collection[Refusal]) -> Response:
    """Tell the exam page why something was not taken.

    The status is 403 for an invitation that opens nothing, 409 where the records speak
    against it, 422 for anything else.
    """
    codes = {refusal.code for refusal in found}
    code = 403 if codes & _FORBIDDEN else 409 if codes & set(REFUSALS) else 422
    return json_answer({"problems": told_of(found)}, code)


def told_of(found: Collection[Refusal]) -> list[dict[str, str]]:
    """Return reasons as JSON values."""
    return [
        {"code": one.code, "message": one.message, "remedy": one.remedy}
        for one in found
    ]


def too_many(wait: int) -> Response:
    """Ask the exam page to wait for some seconds."""
    return waiting(problem(429, "请求太多了。", f"请等 {wait} 秒再试。"), wait)


def waiting(answer: Response, wait: int) -> Response:
    """Return an answer that says after how many seconds to ask again."""
    answer.headers["Retry-After"] = str(wait)
    return answer
