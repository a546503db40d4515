"""Which titles a history uses: names by the grammar or sentences, with which words, and what share follows (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from migkit.model import TitleRules
from migkit.title import check
from migkit.values import dataclass

_ACTIONS = ("create", "add", "remove", "update", "drop", "alter", "change", "rename", "delete", "modify", "insert")
_ITEMS = (
    "table", "column", "index", "constraint", "enum", "geometry", "rows", "view", "procedure", "trigger", "function",
    "columns", "indexes", "indices", "constraints", "fields", "field", "data", "sequence", "extension",
)  # fmt: skip
_OFTEN = 2  # a word of the team's own is one from the second time on
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Titles:
    """What a history's titles have in common: the rules that fit them, and how many of them follow.

    `examples` are some that do not, `actions` and `items` are how often each word is used.
    """

    rules: TitleRules
    follow: int
    total: int
    examples: tuple[str, ...] = ()
    actions: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, int] = field(default_factory=dict)

    @property
    def sure(self) -> bool:
        """Whether there are enough titles to speak of, and three of four follow."""
        return self.total >= 4 and self.follow * 4 >= self.total * 3  # noqa: PLR2004  # fewer show no habit

    @property
    def share(self) -> str:
        """The share in words: `93 % (279 of 300)`."""
        return f"{self.follow * 100 // self.total} % ({self.follow} of {self.total})" if self.total else "no title yet"


def titles(texts: Sequence[str]) -> Titles:
    """Find the rules that most of the titles follow; merges are to be left out of `texts`."""
    name = _names(texts)
    sentence = TitleRules(form="sentence", max_length=_length(TitleRules(), texts))
    names, sentences = _following(texts, name), _following(texts, sentence)
    rules, following = (sentence, sentences) if len(sentences) > len(names) else (name, names)
    examples = tuple(text for text in texts if text not in following)[:3]
    used = [pair for text in texts if text in names and (pair := _pair(text))] if rules is name else []
    words = [dict(Counter(column).most_common()) for column in (zip(*used, strict=True) if used else ((), ()))]
    return Titles(rules, sum(text in following for text in texts), len(texts), examples, *words)


def _names(texts: Iterable[str]) -> TitleRules:
    """Give the grammar with the words that these titles use besides the usual ones, and their length."""
    usual = TitleRules()
    wide = replace(usual, actions=_ACTIONS, items=_ITEMS, max_length=_LONGEST)
    following = [text for text in texts if check(text, wide) is None]
    pairs = Counter(pair for text in following if (pair := _pair(text)))
    actions = Counter[str]()
    items = Counter[str]()
    for (action, item), count in pairs.items():
        actions[action] += count
        items[item] += count
    return replace(
        usual,
        actions=(*usual.actions, *_own(_ACTIONS, actions, usual.actions)),
        items=(*usual.items, *_own(_ITEMS, items, usual.items)),
        max_length=_length(usual, following),
    )


def _pair(text: str) -> tuple[str, str] | None:
    """Give a title's action and item: the last word that is an action with an item behind it."""
    words = text.split("_")
    found = [(words[at], words[at + 1]) for at in range(1, len(words) - 1) if words[at] in _ACTIONS]
    return next((pair for pair in reversed(found) if pair[1] in _ITEMS), None)


def _own(known: Iterable[str], seen: Counter[str], usual: Sequence[str]) -> list[str]:
    return [word for word in known if word not in usual and seen[word] >= _OFTEN]


def _length(usual: TitleRules, texts: Iterable[str]) -> int:
    longest = max(map(len, texts), default=0)
    return usual.max_length if longest <= usual.max_length else min(-(-longest // 10) * 10, _LONGEST)


def _following(texts: Iterable[str], rules: TitleRules) -> set[str]:
    return {text for text in texts if check(text, rules) is None}
