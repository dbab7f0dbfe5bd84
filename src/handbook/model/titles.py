"""What people call the parts of an item: the words of pages, tables and reports."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ITEM_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "id": "编号",
        "type": "题型",
        "stem": "题干",
        "prompts": "左侧",
        "options": "选项",
        "key": "答案",
        "scoring": "计分",
        "rationale": "解析",
        "source": "依据",
        "critical": "关键题",
        "difficulty": "难度",
        "use": "用途",
        "status": "状态",
        "tags": "标签",
    }
)
"""Every field of an item, in the order in which banks write them."""

ITEM_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "single": "单选",
        "multiple": "多选",
        "true_false": "判断",
        "blank": "填空",
        "order": "排序",
        "match": "匹配",
    }
)
"""Types of items."""
