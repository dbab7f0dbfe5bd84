"""What is wrong in an author's files, where, and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from handbook.harmless import visible


class Level(StrEnum):
    """How much a problem weighs; decided per code, in `CODES`, and nowhere else."""

    BLOCK = "阻断"
    WARN = "提醒"
    ADVISE = "建议"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in an author's file."""

    path: str
    """Relative to the handbook's root, with forward slashes."""
    line: int = 1
    """Counted from 1."""
    column: int = 1
    """Counted from 1, in characters."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem. The trainers' guide has a paragraph for each."""

    level: Level
    title: str
    judged: bool
    """Whether an author may say, with a reason, that it does not hold in one place."""


def _block(title: str, *, judged: bool = False) -> Code:
    return Code(Level.BLOCK, title, judged)


def _warn(title: str) -> Code:
    return Code(Level.WARN, title, judged=True)


def _advise(title: str) -> Code:
    return Code(Level.ADVISE, title, judged=True)


CODES: dict[str, Code] = {
    # Y: a YAML file cannot be read or has the wrong shape.
    "Y101": _block("YAML 语法错误"),
    "Y102": _block("同一层里字段重复"),
    "Y103": _block("缺少必填字段"),
    "Y104": _block("不认识的字段"),
    "Y105": _block("字段的内容不符合要求"),
    "Y106": _block("不支持的 YAML 写法"),
    "Y107": _block("文件读不出来"),
    # P: a page, its front matter, its clauses and phrases.
    "P201": _block("页面没有文件头"),
    "P202": _block("条款或话术标题没有编号"),
    "P203": _block("同一页里编号重复"),
    "P204": _block("话术写法不完整"),
    "P205": _block("负责人或适用岗位不存在"),
    "P206": _block("不在制度目录里的制度"),
    "P207": _block("变更记录指向不存在的条款"),
    "P208": _block("缺少应有的页面"),
    "P209": _block("数据里的编号重复"),
    "P210": _block("条款没有写明属于哪个制度"),
    "P211": _block("法律依据指向不存在的条款"),
    "P212": _warn("数值和说法对不上"),
    "P213": _warn("没有任何地方通到这一页"),
    "P214": _warn("图片没有说明文字"),
    "P215": _warn("两页同名"),
    "P216": Code(Level.WARN, "CODEOWNERS 不是最新的", judged=False),
    "P217": _advise("页面该核验了"),
    "P218": _warn("还没有换成自己的话"),
    # M: what a page or a data file calls or points to does not exist.
    "M301": _block("数值不存在"),
    "M302": _block("页面调用了不存在的功能"),
    "M303": _block("引用的对象不存在"),
    "M304": _block("模板语法错误"),
    "M305": _block("链接指向不存在的页面或条款"),
    "M306": _block("图片显示不出来"),
    "M307": _warn("手写了已有的数值"),
    # Q: an item of a bank.
    "Q401": _block("答案不在选项里"),
    "Q402": _block("题目依据的条款不存在"),
    "Q403": _block("题目编号重复"),
    "Q404": _block("选项编号或文字重复"),
    "Q405": _block("错误选项没有解析"),
    "Q406": _block("题干与答案数目对不上"),
    "Q407": _warn("答案和数值对不上"),
    "Q408": _advise("条款没有题目考"),
    "Q409": _warn("草稿没有写依据"),
    "Q451": _warn("选项是“以上都对”一类"),
    "Q452": _warn("题干里有答案的原话"),
    "Q453": _warn("两道题几乎一样"),
    "Q454": _warn("答案总是最长的选项"),
    # E: an exam and its blueprint.
    "E501": _block("题库题量不够组卷"),
    "E502": _block("考试引用了不存在的题库"),
    "E503": _block("合格线与等级矛盾"),
    "E504": _block("考试引用了不存在的岗位"),
    "E505": _warn("条款改过，考它的题都停用了"),
    "E506": _block("要确认的改动不是实质改动"),
    # W: a guided flow.
    "W701": _block("指向的步骤不存在"),
    "W702": _block("走不到的步骤"),
    "W703": _block("步骤没有下一步，也没有结束"),
    "W704": _block("几个步骤绕不出来"),
    "W705": _block("步骤用的话术不存在"),
    "W706": _block("分步指引里的岗位不存在"),
    "W707": _block("步骤编号重复"),
    # R: what a change of the handbook tells of itself; needs the state before it.
    "R801": _block("改了条款，没有写变更记录"),
    "R802": _warn("数值变了，却写成文字修订"),
    "R803": _warn("变更记录写了没有变的条款"),
    "R804": _warn("只改了核验日期"),
    "R805": _warn("核验日期还没有到"),
    "R806": _advise("变更记录没有写原来的文字"),
    # S: what a customer hears or reads.
    "S601": _block("话术里的空格写法不对", judged=True),
    "S602": _advise("话术一口气说不完"),
    "S603": _warn("话术把话说满了"),
    "S604": _warn("话术用了“最好”一类的话"),
    "S605": _warn("对客户说了“你”"),
    "S606": _warn("两句话术一样"),
    # D: data that belongs to real people.
    "D651": _block("像是真实的号码", judged=True),
    # T: words of the trade.
    "T901": _warn("用了术语表不用的词"),
    # L: how the prose is set.
    "L951": _advise("标点或空格不合习惯"),
    "L952": _advise("字或标点重复"),
    # X: an exemption from a check.
    "X981": _warn("豁免没有写理由"),
    "X982": _warn("豁免没有用处"),
    "X983": _warn("这个代码不能豁免"),
}
"""Every code there is. A test holds this table and the trainers' guide together."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One author's mistake: where, what is wrong, and how to mend it, in Chinese."""

    place: Place
    code: str
    message: str
    remedy: str
    missing: str = field(default="", compare=False, repr=False)
    """What is not there, where that is the trouble: an address, or kind and id
    (`role:front-desk`). Problems with the same one are one mistake."""

    @property
    def level(self) -> Level:
        """How much it weighs."""
        return CODES[self.code].level

    def __str__(self) -> str:
        # It quotes what authors wrote, on terminals and in the logs of pipelines.
        told = f"{self.place}: {self.code} {self.message}\n    改法：{self.remedy}"
        return visible(told)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return each problem once, by place, then code."""
    return tuple(sorted(set(problems), key=lambda p: (p.place, p.code, p.message)))


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that stop a build."""
    return tuple(p for p in problems if p.level is Level.BLOCK)


def passing(problems: Iterable[Problem]) -> bool:
    """Whether a check ends well: nothing but advice is left.

    A reminder is mended, or exempted with a reason, like a mistake; advice on prose is
    an author's to take.
    """
    return all(problem.level is Level.ADVISE for problem in problems)


def summary(problems: Iterable[Problem]) -> str:
    """Return one line that counts problems by level, for the end of a run."""
    counts = Counter(problem.level for problem in problems)
    if not counts:
        return "没有发现问题。"
    parts = [f"{level.value} {counts[level]}" for level in Level if counts[level]]
    return f"共 {sum(counts.values())} 个问题：" + "，".join(parts) + "。"


def guess(wrong: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return “是不是想写 …？” for the nearest known name, or an empty string."""
    near = get_close_matches(wrong, list(known), n=1, cutoff=cutoff)
    return f"是不是想写 {near[0]}？" if near else ""
