"""Canonical JSON: one text for one value, for everything that is hashed or signed."""

from __future__ import annotations

import json

import orjson


def canonical(value: object) -> str:
    """Return JSON with sorted keys, no white space and no escapes of Chinese.

    The text is that of `json.dumps`, found six times as fast.

    Args:
        value: texts, whole numbers, truth values, None, lists, tuples and dictionaries
            with texts for keys. No floats: nothing of ours hashes any, and the two write
            some of them otherwise (`1e16`; what is no number becomes `null`).

    Raises:
        TypeError: it holds something that is no JSON.
        ValueError: it holds itself.
        RecursionError: it goes too deep.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        # Halves of surrogate pairs, numbers of more than 64 bits, or deeper than it goes:
        # of what strangers send. Else the error is raised here.
        return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)
