"""JSON Schemas of all YAML files, so that an editor completes and explains as one types.

Made from the models that read the files; `scripts/schemas.py` writes them. An editor reads
YAML as YAML 1.2 does, we read every scalar as the text that stands there: so a text may
look like a number, and what we read as a number may not be one for the editor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from handbook.model.data import Figure, Form, Identifier, Record, Role, System
from handbook.model.events import Event
from handbook.model.exams import Exam
from handbook.model.flows import Flow
from handbook.model.items import BankFile
from handbook.model.pages import FrontMatter
from handbook.model.terms import Term

FOLDER = ".vscode/schemas"

DATE = r"^\d{4}-\d{2}-\d{2}$"

IDENTIFIER = get_args(Identifier)[1].pattern
"""An id is never filled in."""

CALL = r"\{\{.*\}\}"

LISTS: dict[str, tuple[str, type[Record]]] = {
    "figures": ("figures", Figure),
    "roles": ("roles", Role),
    "forms": ("forms", Form),
    "systems": ("systems", System),
    "flows": ("flows", Flow),
    "calendar": ("events", Event),
    "terms": ("terms", Term),
}
"""Data files that hold one list: their field and what it is a list of."""

WHOLE: dict[str, tuple[str, type[Record]]] = {
    "bank": ("quizzes/banks/*.yml", BankFile),
    "exam": ("quizzes/exams/*.yml", Exam),
}
"""Files that hold one thing each."""

Schema = dict[str, Any]


def files() -> Iterator[tuple[str, bytes]]:
    """Yield every file for the editor: its path below the root, and its content."""
    settings: dict[str, list[str]] = {}
    for name, pattern, schema in _schemas():
        yield f"{FOLDER}/{name}.json", _dumped(schema)
        if pattern:
            settings[f"./{FOLDER}/{name}.json"] = [pattern]
    yield (
        ".vscode/settings.json",
        _dumped(
            {
                "yaml.schemas": settings,
                "yaml.format.enable": False,
                "files.eol": "\n",
                "editor.wordWrap": "on",
                "[markdown]": {"editor.quickSuggestions": {"other": True}},
            }
        ),
    )
    yield (
        ".vscode/extensions.json",
        _dumped({"recommendations": ["redhat.vscode-yaml"]}),
    )


def _schemas() -> Iterator[tuple[str, str, Schema]]:
    """Yield name, files it is for, and schema; no file where no editor maps it."""
    yield (
        "company",
        "content/_data/company.yml",
        _finished({"type": "object", "additionalProperties": {"type": "string"}}),
    )
    yield (
        "synonyms",
        "content/_data/synonyms.yml",
        _finished(
            _only(
                "groups",
                {
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "string"}},
                },
            )
        ),
    )
    for name, (field, model) in LISTS.items():
        schema = TypeAdapter(list[model]).json_schema()  # type: ignore[valid-type]
        below = schema.pop("$defs", {})
        yield (
            name,
            f"content/_data/{name}.yml",
            _finished(_only(field, schema) | {"$defs": below}),
        )
    for name, (pattern, model) in WHOLE.items():
        yield name, pattern, _finished(model.model_json_schema())
    yield "front-matter", "", _finished(FrontMatter.model_json_schema())


def _only(field: str, schema: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {field: schema},
        "required": [field],
        "additionalProperties": False,
    }


def _finished(schema: Schema) -> Schema:
    """Return a schema with Chinese descriptions, for scalars as an editor reads them."""
    for name, below in {
        **schema.get("$defs", {}),
        schema.get("title", ""): schema,
    }.items():
        for field, value in below.get("properties", {}).items():
            if text := describe(name, field):
                value["description"] = text
    made = _loosened(schema, calls=schema.get("title") != FrontMatter.__name__)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **made}


def _loosened(value: Any, *, calls: bool) -> Any:  # noqa: ANN401 - JSON
    """Let scalars be what they may be; with `calls`, also `{{ fig("…") }}`."""
    if isinstance(value, list):
        return [_loosened(one, calls=calls) for one in value]
    if not isinstance(value, dict):
        return value
    schema = {
        key: {name: _loosened(one, calls=calls) for name, one in below.items()}
        if key in {"properties", "$defs"}
        else _loosened(below, calls=calls)
        for key, below in value.items()
        if key not in {"title", "discriminator", "format"}
        and not (key == "description" and "properties" in value)
    }
    if value.get("format") == "date":
        schema["pattern"] = DATE
    elif value.get("type") == "string" and not {"enum", "const", "pattern"} & set(
        value
    ):
        schema["type"] = ["string", "number", "boolean"]  # 0755, 9.5 and No are texts
    figure = value.get("type") == "integer" or "pattern" in value
    if calls and figure and value.get("pattern") != IDENTIFIER:
        return {"anyOf": [schema, {"type": "string", "pattern": CALL}]}
    return schema


def _dumped(value: Any) -> bytes:  # noqa: ANN401 - JSON
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def models() -> Iterator[type[BaseModel]]:
    """Yield every model that a schema shows."""

    def below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
        yield model
        for one in model.__subclasses__():
            yield from below(one)

    shown = (
        {
            name
            for _name, _pattern, schema in _schemas()
            for name in schema.get("$defs", {})
        }
        | {model.__name__ for _pattern, model in WHOLE.values()}
        | {FrontMatter.__name__}
    )
    yield from (model for model in below(Record) if model.__name__ in shown)


def describe(model: str, field: str) -> str:
    """Return what a field is for, in Chinese; of the model, else of any."""
    return TEXTS.get(f"{model}.{field}") or TEXTS.get(field, "")


TEXTS = {
    # Of any model.
    "id": "编号：小写英文、数字和连字符，定下就不改",
    "title": "名称，给人看的",
    "owner": "负责的岗位，写岗位编号",
    "clause": "依据的条款，例如 policies/complaints.md#same-day-check",
    "roles": "哪些岗位，写岗位编号",
    "key": "正确答案",
    "options": "选项，每个有 id 和 text",
    "note": "补充说明",
    "scoring": "多选怎样给分：all_or_nothing 全对才得分，subset 少选得部分分，net_correct 对的减错的",
    "type": "题型",
    "when": "什么情况下",
    "topic": "题库编号，和文件名一样",
    "rationale": "解析：为什么对，或者为什么错",
    # Figures.
    "Figure.name": "量的是什么，例如 电话应答时限",
    "Figure.value": "数值本身，例如 3",
    "Figure.unit": "单位，例如 声",
    "Figure.wording": "写在句子里怎么说，例如 三声内",
    "Figure.promised": "是不是对客户的承诺",
    "Figure.measured": "怎样衡量，谁来量，多久一次",
    "Figure.basis": "背后的法律或标准",
    "Figure.checked_on": "哪天对照过依据的原文",
    # Roles and their paths.
    "Role.summary": "一句话说这个岗位做什么",
    "Role.path": "入门路径，分几段",
    "Role.accounts": "这个岗位在代码托管平台上的账号，用来生成 CODEOWNERS，例如 @wang",
    "Stage.read": "要读的页面或条款",
    "Stage.practice": "要练的题库",
    "Stage.exams": "要考的考试",
    # Forms.
    "Form.layout": "log 是登记本，一行一件；record 是单张，一张一件",
    "Form.landscape": "横着打印",
    "Form.fields": "要填的栏",
    "Form.rows": "登记本一页印几行",
    "Form.keep": "谁保管，保管多久",
    "Field.name": "栏名",
    "Field.kind": "填什么：text 文字，long 长文字，date 日期，time 时间，number 数，choice 勾选，sign 签名",
    "Field.hint": "填写提示",
    "Field.options": "可以勾选的内容",
    # Systems.
    "System.id": "制度编号，大写字母加数字，例如 R2",
    "System.group": "在制度目录的哪一组",
    "System.needs": "要有哪几样才算齐：page 页面，figures 数值，phrases 话术，forms 表单，items 题目，path 路径",
    # Flows.
    "Flow.start": "第一步的编号",
    "Flow.steps": "每一步",
    "Step.say": "说哪句话术，写话术地址",
    "Step.ask": "问什么",
    "Step.do": "做什么",
    "Step.next": "接下来去哪一步",
    "Step.escalate": "什么情况下交给谁",
    "Step.end": "谈话在这里怎样结束",
    "Way.to": "去哪一步：本指引的步骤编号，或 flows/upset.md#listen",
    "Escalation.to": "交给哪个岗位",
    # The calendar.
    "Event.every": "多久一次",
    "Event.when": "规定里的说法，例如 每月最后一个工作日",
    "Event.on": "在日历的哪一天",
    "Event.form": "要填的表单，写表单编号",
    "Slot.weekday": "周几",
    "Slot.week": "当月第几个",
    "Slot.day": "几号，1 到 28，或 最后一天",
    "Slot.month": "一年里第一次在几月",
    "Slot.time": "几点开始，例如 9:00；加不加引号都可以",
    "Slot.takes": "要多久，例如 30分钟",
    # Terms.
    "Term.term": "词",
    "Term.short": "简称",
    "Term.reading": "读音，查字典会读错的才写",
    "Term.definition": "是什么意思，一句话",
    "Term.avoid": "不用的说法",
    # Items.
    "stem": "题干；填空题用四个下划线 ____ 表示空",
    "source": "依据的条款，至少一条",
    "critical": "必须答对：错了整卷不合格",
    "difficulty": "难度，1 易，2 中，3 难",
    "use": "exam 只用于考试，答案不外传；practice 用于练习",
    "status": "draft 没写完，pilot 试用不计分，active 在用，retired 不用了",
    "tags": "标签",
    "Option.text": "选项的文字",
    "MatchItem.prompts": "要配对的左边各项",
    "BankFile.items": "题目，一道一道往下写",
    # Exams.
    "Exam.roles": "哪些岗位必须通过",
    "Exam.blueprint": "怎样组卷",
    "Exam.pass_mark": "合格线，例如 80%",
    "Exam.bands": "优秀、良好、合格各从多少分起，例如 95%",
    "Exam.time_limit": "限时，例如 40分钟",
    "Exam.attempts": "连续几次没通过，就要培训师出面",
    "Exam.cooldown": "没有通过的隔多久重考，例如 24小时",
    "Exam.valid_for": "通过以后多久有效，例如 12个月",
    "Exam.needed_for_work": "不写就是 true：没有通过不能上岗；上岗以后才考的写 false",
    "Exam.on_change": "考过的条款有实质改动时：recertify 补考，notify 只提醒，none 不管",
    "Exam.forms": "出几份平行的试卷",
    "Blueprint.topics": "每个题库出几道",
    "Blueprint.critical": "all 必须答对的题每卷都有，draw 也抽",
    # Front matter.
    "FrontMatter.title": "页面标题，也是导航里的名字",
    "FrontMatter.kind": "policy 制度，workflow 流程，script 话术，flow 分步指引，standard 标准，form 表单，lesson 课程，guide 指南，practice 练习，exam 考试，path 入门路径",
    "FrontMatter.reviewed": "上一次核验：on 哪天，by 谁，against 对照了什么",
    "FrontMatter.review_every": "多久核验一次，例如 6个月",
    "FrontMatter.roles": "哪些岗位要看；不写就是都要看",
    "FrontMatter.system": "属于制度目录的哪几行",
    "FrontMatter.channel": "这一页的话术用在哪些渠道；只用在其中几个的，在那一句下面写“渠道”一栏",
    "FrontMatter.changes": "变更记录，新的写在最上面",
    "FrontMatter.basis": "条款背后的法律和标准",
    "FrontMatter.description": "一句话介绍，查找结果里会显示",
    "FrontMatter.hide": "这一页不显示页面框架的哪些部分",
    "Review.on": "哪天核验的",
    "Review.by": "谁核验的，人名或岗位",
    "Review.against": "对照了什么：文件、系统、现场",
    "Change.date": "从哪天起照新的做，例如 2026-11-20",
    "Change.clauses": "改了哪些条款或话术，写编号",
    "Change.kind": "material 实质改动，考过的人要补考；editorial 只改文字",
    "Change.summary": "一句话说改了什么",
    "Change.before": "原来的文字，前面写条款编号",
    "Change.confirm": "适用岗位是不是都要确认读过",
    "Basis.clauses": "哪些条款",
    "Basis.text": "哪部法律、哪一条",
    "Basis.says": "说了什么，用自己的话",
    "Basis.checked_on": "读的是哪天的文本；没有读过原文就不写",
}
"""What each field is for. A test holds this table and the models together."""
