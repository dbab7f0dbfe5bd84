"""Corpora and judged queries: seeded ones, of nobody's text, and any other."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from typing import Any

from handbook.finder import readings

THINGS = (
    "订单 退款 快递 发票 会员 积分 余额 账单 套餐 合同 押金 维修 安装 预约 赠品 优惠券 密码 "
    "账号 地址 换货 包裹 保修 运费 价格 工单 证件 门票 座位 行李 车牌 门禁 水表 燃气 宽带 "
    "机顶盒 热水器 滤芯 钥匙 停车费 物业费 保证金 检测报告 样品 说明书 遥控器 充电器"
)
STATES = (
    "正在处理 已经登记 还没到账 需要核实 可以取消 不能更改 马上升级 等待审核 暂时缺货 已经寄出 "
    "没有收到 重复扣费 超过期限 显示异常 无法登录 需要补交 已经退回 包装破损 少了一件 信息有误 "
    "正在排队 已经过期 联系不上 颜色不对 尺寸不合 声音太大 漏水 打不开 充不进电 查不到记录"
)
ACTS = (
    "请您稍等 我帮您查询 我马上反馈 我给您回电 麻烦提供编号 请保持电话畅通 我请主管联系您 "
    "建议您重新提交 请您核对信息 我先做记录 我来跟进 给您带来不便非常抱歉 感谢您的理解 "
    "请您带上证件 请您拍一张照片 我为您转接 请您到前台办理 我替您留言 请您先关掉电源"
)
TIMES = (
    "三个工作日内 今天下午 二十四小时内 本周五之前 两小时内 明天上午 月底前 一分钟左右 七天内 "
    "十五天内 系统恢复以后 审核通过以后 节假日以后 师傅上门以前 收到样品以后"
)
SCENES = "开场 核实 安抚 转接 等候 解释 方案 结束 回访 升级 催办 道歉 拒绝 登记"
PEOPLE = "您 先生 女士 这位客户 您家人 贵公司 收件人 登记人 经办人 住户"
WORRIES = "催 急 多久 怎么办 为什么 不满意 投诉 找领导 赔偿 说明 证明 凭证 隐私 安全 老人 孩子"

Document = dict[str, Any]
Query = dict[str, Any]


def documents(count: int, *, sentences: int = 1, seed: int = 1) -> list[Document]:
    """Return `{id, title, scene, tags, text}` documents; the same for the same seed.

    Args:
        count: how many.
        sentences: how long they are; 1 is a phrase, 60 a long page.
        seed: moves everything.
    """
    random_ = random.Random(seed)  # noqa: S311 a corpus, no secret
    pick = random_.choice
    things, states, acts = THINGS.split(), STATES.split(), ACTS.split()
    made = []
    for number in range(count):
        thing, other = random_.sample(things, 2)
        state = pick(states)
        text = "".join(
            f"{pick(PEOPLE.split())}的{pick(things) if line else thing}"
            f"{pick(states) if line else state}，{pick(acts)}，"
            f"{pick(TIMES.split())}{pick(acts).removeprefix('我')}。"
            for line in range(sentences)
        )
        made.append(
            {
                "id": f"d{number}",
                "title": f"{thing}{state}{pick(['', '怎么说', '的答复', '的说明'])}",
                "scene": pick(SCENES.split()),
                "tags": "、".join([other, *random_.sample(WORRIES.split(), 2)]),
                "text": text,
            }
        )
    return made


def queries(found: list[Document], *, each: int = 20, seed: int = 2) -> list[Query]:
    """Return queries of every class; right is what holds the words that were meant."""
    if not found:
        return []
    random_ = random.Random(seed)  # noqa: S311 a corpus, no secret
    pick = random_.choice
    spoken = readings.read_all(None)
    sounds: dict[str, list[str]] = defaultdict(list)
    blobs = {d["id"]: _all_of(d) for d in found}
    named = {d["id"]: f"{d['title']}\n{d['tags']}" for d in found}
    for character in sorted({c for blob in blobs.values() for c in blob}):
        if readings.is_han(character):
            sounds[_sound(spoken, character)].append(character)
    made: list[Query] = []

    def add(cls: str, query: str, *meant: str, where: dict[str, str] = blobs) -> None:
        targets = [i for i, text in where.items() if all(m in text for m in meant)]
        made.append({"id": len(made), "cls": cls, "q": query, "targets": targets})

    for _ in range(each):
        document = pick(found)
        run = pick(document["text"].split("，"))
        start = random_.randrange(1, max(2, len(run) - 5))
        middle = run[start : start + 5]
        title, tag = document["title"], pick(document["tags"].split("、"))
        thing = next(t for t in THINGS.split() if title.startswith(t))
        word = pick([thing, *(w for w in WORRIES.split() if len(w) > 1)])
        state = title.removeprefix(thing)[:4]
        syllables = [_sound(spoken, c) for c in word]
        add("middle", middle, middle)
        add("any-order", f"{tag} {thing}", tag, thing)
        add("unspaced", thing + tag, thing, tag)
        add("pinyin", "".join(syllables), word)
        add("mixed", word[0] + "".join(syllables[1:]), word)
        add("initials", "".join(_sound(spoken, c)[0] for c in state), state)
        if len(word) == 2:  # noqa: PLR2004 the class is named so
            letters = "".join(s[0] for s in syllables)
            add("two-initials", letters, word, where=named)
        at = random_.randrange(len(state))
        like = [c for c in sounds[_sound(spoken, state[at])] if c != state[at]]
        if like:
            add("homophone", state[:at] + pick(like) + state[at + 1 :], state)
        blurred = "".join(_blur(s) for s in syllables)
        if blurred != "".join(syllables):
            add("fuzzy", blurred, word)
        if len(middle) == 5:  # noqa: PLR2004 shorter ones leave too little
            swapped = middle[:2] + middle[3] + middle[2] + middle[4]
            add("typo", pick([swapped, middle[:2] + middle[3:]]), middle)
    return made


def _all_of(document: Document) -> str:
    return "\n".join(document[name] for name in ("title", "scene", "tags", "text"))


def _sound(spoken: readings.Readings, character: str) -> str:
    return spoken.get(character, ("", ""))[0].partition(" ")[0]


def _blur(syllable: str) -> str:
    if syllable[:2] in {"zh", "ch", "sh"}:
        return syllable[0] + syllable[2:]
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def entries_of(documents: list[Any]) -> list[Document]:
    """Return index entries of `{id, title, scene, tags, text}` documents.

    Whatever is missing is empty; numbers are read as text, one word as a list of one.
    """
    made = []
    for number, document in enumerate(documents):
        fields = document if isinstance(document, dict) else {"text": document}
        name = _text(fields.get("id"), str(number))
        made.append(
            {
                "id": name,
                "kind": _text(fields.get("kind"), "phrase"),
                "url": f"{name}.html",
                "title": _text(fields.get("title")),
                "scene": _texts(fields.get("scene")),
                "keywords": _words(fields.get("tags", fields.get("keywords"))),
                "text": _text(fields.get("text")),
            }
        )
    return made


def queries_of(asked: list[Query]) -> list[Query]:
    """Return queries with their targets as lists of text, whatever they were."""
    return [
        {
            "id": query.get("id", number),
            "cls": _text(query.get("cls"), "all"),
            "split": _text(query.get("split")),
            "q": _text(query.get("q")),
            "targets": _texts(query.get("targets", query.get("target"))),
        }
        for number, query in enumerate(asked)
    ]


def _text(value: object, otherwise: str = "") -> str:
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return otherwise if value is None else str(value)


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value if one is not None]
    return [] if value in (None, "") else [str(value)]


def _words(tags: object) -> list[str]:
    if isinstance(tags, str):
        return [word for word in re.split(r"[、，,;；|\s]+", tags) if word]
    return _texts(tags)
