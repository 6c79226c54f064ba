"""Which kind of personal data a column holds: names, types and measured values weighed together.

Each piece of evidence adds to the logarithm of the odds; the sum is turned into a confidence. The
pieces are about independent: what the name says, what the type allows, what the values look like
compared with chance, and whether the table is about people.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from troth.discover.chance import weight
from troth.discover.detectors import Detector
from troth.discover.guess import PERSONAL, WORTH_SAYING, ColumnGuess
from troth.discover.lexicon import Kind, Lexicon
from troth.discover.measure import ColumnFacts
from troth.discover.names import Nearness
from troth.discover.words import Phrase, contains, longest
from troth.plan.schema import ColumnSchema

PRIOR = -4.0  # one column in fifty, before anything is known, for one kind
STRONG_NAME, WEAK_NAME, LONGER_PHRASE = 5.5, 2.5, 0.5
OTHER_WORD = -4.5  # a word that turns the name into something else: `email_template`
NEAR: Mapping[Nearness, float] = {"person": 1.5, "linked": 1.0, "unclear": 0.0, "thing": -3.0}
WEAK_NAME_NEAR_PERSON = 2.0
NUMBERED_THING = -3.5
KEYS_SPEAK = 4.0
MOST_SPOKEN = 4  # kinds named in a reason
ROUGH_WITHOUT_NAME = 1.5  # the most that a test which chance often passes adds by itself
ROUGH_CHANCE = 0.2
FEW_DISTINCT = 12  # values of a list of choices, over at least that many rows:
MANY_ROWS = 60
HIGHEST = 0.99

_NAME_WORDS = frozenset({"name", "nom"})
_NOT_NAMED = frozenset({"user", "account", "compte", "profile", "profil", "login"})
_DIGIT_TESTS = frozenset({"phone", "card", "nir", "company-number", "postcode", "ip"})


@dataclass
class Belief:
    """The evidence for one kind, summed as it is found."""

    logit: float
    named: bool
    reasons: list[str]

    def add(self, amount: float, reason: str = "") -> None:
        self.logit += amount
        if reason:
            self.reasons.append(reason)

    @property
    def confidence(self) -> float:
        return min(HIGHEST, round(1 / (1 + math.exp(-self.logit)), 2))


def guess_column(
    column: ColumnSchema,
    facts: ColumnFacts,
    near: Nearness,
    lexicon: Lexicon,
    tests: Mapping[str, Detector],
    *,
    reference: bool = False,
    key: bool = False,
) -> ColumnGuess:
    """The best guess for a column; `reference`, `key`: it is (part of) a foreign or primary key."""
    words = lexicon.speller.words(column.name)
    if (reference or key) and column.kind in ("integer", "uuid", "number"):
        return ColumnGuess(column, None, 0.0, "a reference" if reference else "the row's key")
    beliefs = {
        kind.name: _belief(kind, column, words, facts, near, lexicon, tests)
        for kind in lexicon.kinds.values()
        if _storable(kind, column)
    }
    if not beliefs:
        return ColumnGuess(column, None, 0.0, "its type holds no such data")
    name, best = max(beliefs.items(), key=lambda item: item[1].logit)
    label = lexicon.kinds[name].label
    if best.confidence >= PERSONAL:
        holds = frozenset(_spoken(facts, lexicon) if name == "free-json" else ())
        reason = f"{label}: " + "; ".join(best.reasons)
        return ColumnGuess(column, name, best.confidence, reason, holds=holds)
    if best.confidence >= WORTH_SAYING:
        reason = f"may be: {label}: " + "; ".join(best.reasons)
        return ColumnGuess(column, None, best.confidence, reason, suspected=name)
    return ColumnGuess(column, None, best.confidence, "nothing personal in name or values")


def _storable(kind: Kind, column: ColumnSchema) -> bool:
    if column.kind == "other":
        return True
    return column.kind in kind.types


def _belief(
    kind: Kind,
    column: ColumnSchema,
    words: Phrase,
    facts: ColumnFacts,
    near: Nearness,
    lexicon: Lexicon,
    tests: Mapping[str, Detector],
) -> Belief:
    belief = Belief(PRIOR, False, [])
    _weigh_name(belief, kind, words, near, lexicon)
    if kind.person and NEAR[near]:
        belief.add(NEAR[near], _NEAR_WORDS[near] if belief.named else "")
    _weigh_type(belief, kind, column)
    if kind.name == "free-json" and (spoken := _spoken(facts, lexicon)):
        labels = [lexicon.kinds[name].label for name in spoken[:MOST_SPOKEN]]
        belief.add(KEYS_SPEAK, f"its keys speak of: {', '.join(labels)}")
    numbered = bool(lexicon.words["numbered_things"] & set(words))
    _weigh_values(belief, kind, numbered, facts, tests)
    _weigh_looks(belief, kind, facts)
    return belief


_NEAR_WORDS: Mapping[Nearness, str] = {
    "person": "in a table of people",
    "linked": "in a table that belongs to people",
    "unclear": "",
    "thing": "in a table of things",
}


def _weigh_name(
    belief: Belief, kind: Kind, words: Phrase, near: Nearness, lexicon: Lexicon
) -> None:
    found = longest(words, kind.strong)
    if found is None and kind.name == "person-name" and _names_a_person(words, lexicon):
        found = tuple(words)
    if found is not None:
        belief.named = True
        extra = LONGER_PHRASE * (min(len(found), 3) - 1)
        belief.add(STRONG_NAME + extra, f"the name says '{' '.join(found)}'")
    elif (found := longest(words, kind.weak)) is not None:
        belief.named = True
        extra = WEAK_NAME_NEAR_PERSON if kind.person and near in ("person", "linked") else 0.0
        belief.add(WEAK_NAME + extra, f"the name says '{' '.join(found)}', which may be it")
    if belief.named and (other := kind.unless & (set(words) - set(found or ()))):
        belief.add(OTHER_WORD, f"but also '{sorted(other)[0]}'")


def _spoken(facts: ColumnFacts, lexicon: Lexicon) -> list[str]:
    """The kinds that keys of JSON name: it holds personal data, whatever the column's name."""
    return [
        kind.name
        for kind in lexicon.kinds.values()
        if any(
            longest(key.words, kind.strong) and not kind.unless & set(key.words)
            for key in facts.json_keys
        )
    ]


def _names_a_person(words: Phrase, lexicon: Lexicon) -> bool:
    """`customer_name`, `nom_patient`: a word for people beside a word for a name."""
    if not _NAME_WORDS & set(words) or _NOT_NAMED & set(words):
        return False
    return any(contains(words, p) for ps in lexicon.subjects.values() for p in ps)


def _weigh_type(belief: Belief, kind: Kind, column: ColumnSchema) -> None:
    text = column.type_text.upper()
    if kind.name == "ip-address" and text.startswith(("INET", "CIDR")):
        belief.add(7.0, "the type is for network addresses")
    elif kind.name == "location" and text.startswith(("GEOMETRY", "GEOGRAPHY", "POINT")):
        belief.add(3.0, "the type is for positions")
    elif kind.name == "email-address" and column.length is not None and column.length < 6:
        belief.add(-6.0)


def _weigh_values(
    belief: Belief,
    kind: Kind,
    numbered: bool,
    facts: ColumnFacts,
    tests: Mapping[str, Detector],
) -> None:
    if kind.values == "birth-date":
        _weigh_births(belief, facts)
        return
    test = tests.get(kind.values or "")
    tally = facts.tallies.get(kind.values or "")
    if test is None or tally is None or tally.tried == 0:
        if belief.named and kind.values:
            belief.add(0.0, "no value to look at")
        return
    up, down = test.up, test.down
    if kind.rough and not belief.named and tally.chance > ROUGH_CHANCE:
        up = min(up, ROUGH_WITHOUT_NAME)
    if belief.named and facts.opaque >= PERSONAL and tally.share < PERSONAL:
        belief.add(0.0, "the values look hashed or encrypted")
        return
    amount = weight(tally, test.expected, up, down)
    belief.add(amount, _tally_words(tally.share, tally.tried, tally.chance, amount))
    if test.name in _DIGIT_TESTS and not belief.named and numbered:
        belief.add(NUMBERED_THING, "but the name is that of a number of something")


def _tally_words(share: float, tried: int, chance: float, amount: float) -> str:
    if amount > 0:
        return (
            f"{_per_cent(share)} of {tried} sampled values look so ({_per_cent(chance)} by chance)"
        )
    return f"only {_per_cent(share)} of {tried} sampled values look so" if amount < 0 else ""


def _per_cent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _weigh_births(belief: Belief, facts: ColumnFacts) -> None:
    if facts.present == 0:
        return
    if facts.dates.form is None and facts.dates.zeros < PERSONAL:
        year = facts.numeric >= PERSONAL and round(facts.mean_length) == 4
        belief.add(0.0 if year else -4.0, "" if year else "the values are no dates")
    elif facts.dates.births is True:
        belief.add(1.5, "the days lie as births do")
    elif facts.dates.births is False:
        belief.add(-1.0, "the days do not lie as births do")


def _weigh_looks(belief: Belief, kind: Kind, facts: ColumnFacts) -> None:
    """Lengths, digits and few distinct values, where they speak against a kind."""
    if facts.filled == 0:
        return
    if kind.name == "credential" and facts.opaque >= PERSONAL and belief.named:
        belief.add(1.5, "the values look like hashes or tokens")
    if kind.name in ("person-name", "city", "birth-place") and facts.with_digits > 0.4:
        belief.add(-2.5, "many values hold digits")
    if kind.name in ("person-name", "city", "login-name") and facts.mean_length > 60:
        belief.add(-2.0, "the values are long")
    if kind.name == "free-text" and max(facts.share("json"), facts.share("serialised")) > PERSONAL:
        belief.add(-6.0)
    listed = facts.distinct <= FEW_DISTINCT and facts.filled >= MANY_ROWS
    if listed and kind.name in _NEVER_LISTED:
        belief.add(-3.0, f"only {facts.distinct} distinct values")


_NEVER_LISTED = frozenset(
    {
        *("free-text", "person-name", "login-name", "postal-address", "credential"),
        *("email-address", "phone-number", "iban", "person-number"),
    }
)
