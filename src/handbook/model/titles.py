"""What people call sections of the site and parts of an item: words of every output."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handbook.model.pages import Kind

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

SECTIONS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.PATH: "入门路径",
        Kind.POLICY: "制度",
        Kind.WORKFLOW: "流程",
        Kind.SCRIPT: "话术",
        Kind.FLOW: "分步指引",
        Kind.STANDARD: "服务标准",
        Kind.FORM: "表单",
        Kind.LESSON: "课程",
        Kind.PRACTICE: "练习",
        Kind.EXAM: "考试",
        Kind.GUIDE: "培训师指南",
    }
)
"""Titles of the site's sections, in the order of the tabs."""
