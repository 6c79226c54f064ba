"""What a person's acts do to a use: they end its ground, suspend it, or leave it (section 9)."""

from __future__ import annotations

from collections.abc import Iterator

from troth.grounds.personal import Applied, Person
from troth.grounds.phases import Phase
from troth.grounds.use import Known, Missing, Question
from troth.policy.model import Activity, BasisKind, LegalBasis, Policy
from troth.policy.terms import RefusalGround

ALLOWED_WHILE_RESTRICTED: frozenset[RefusalGround] = frozenset(
    ("consent", "legal-claims", "rights-of-others", "important-public-interest")
)
"""Art. 18(2). A legal duty is none of them: it counts where the policy's own text names it."""

_WEIGHED = ("legitimate-interests", "public-task")
_NAMES = {
    "opt-out": ("opted-out", "the person opted out of direct marketing", "GDPR 21(3)"),
    "death": ("person-died", "the person has died: contact ends", "Loi 78-17 art. 85"),
    "objection": ("objected", "the person objected", "GDPR 21"),
    "erasure": ("erasure-asked", "the person asked for erasure", "GDPR 17(1)"),
}


def in_force(question: Question, policy: Policy, person: Person) -> Iterator[Missing]:
    """Restrictions in force on the value (Art. 18), unless the use is one that they leave."""
    activity = question.purpose or ""
    for act in person.acts:
        standing = act.kind == "restriction" and act.phase(activity) is Phase.EFFECTIVE
        if standing and _concerns(act, question, policy) and not _despite(question, policy):
            clauses = _terms(policy, "restriction")
            words = "the person's restriction is in force"
            yield Missing("restricted", words, "GDPR 18(1)", clauses)


def on_marketing(
    name: str,
    activity: Activity,
    question: Question,
    policy: Policy,
    person: Person,
    basis: LegalBasis | None = None,
) -> Iterator[Missing]:
    """Acts that end direct marketing at once; none is refused (Art. 21(2)-(3))."""
    for act in person.acts:
        if act.kind == "restriction" or not activity.direct_marketing:
            continue
        if basis is not None and _renewed(basis, act):
            continue
        if _concerns(act, question, policy) and _names(act, name):
            yield _ended(act, policy)


def on_basis(
    basis: LegalBasis,
    name: str,
    activity: Activity,
    question: Question,
    policy: Policy,
    person: Person,
    known: Known,
) -> Iterator[Missing]:
    """Acts that end or suspend a ground of this basis; a consent given later stands."""
    if activity.direct_marketing:
        yield from on_marketing(name, activity, question, policy, person, basis)
        return
    for act in person.acts:
        if act.kind not in ("objection", "erasure") or not _names(act, name):
            continue
        if _renewed(basis, act):
            continue
        now = act.phase(name)
        if now is Phase.VOID or not _concerns(act, question, policy):
            continue
        yield from _touched(basis.kind, act, now, activity, question, policy, known)


def _touched(
    kind: BasisKind,
    act: Applied,
    now: Phase,
    activity: Activity,
    question: Question,
    policy: Policy,
    known: Known,
) -> Iterator[Missing]:
    if kind == "consent":
        if act.kind == "erasure" or act.activities:
            yield _ended(act, policy)
    elif kind in _WEIGHED:
        if now is Phase.PENDING:
            if not _despite(question, policy):
                code, words, _ = _NAMES[act.kind]
                yield Missing(
                    f"{code}-pending",
                    f"{words}, which is not decided yet: use is suspended",
                    "GDPR 18(1)(d)" if act.kind == "objection" else "GDPR 17(1)(c), 18(1)",
                    _terms(policy, act.kind),
                )
        else:
            yield from _unless_withstood(act, activity, question, policy, known)
    elif kind == "contract" and act.kind == "erasure" and known.contract is not True:
        if known.contract is None:
            words = "the person asked for erasure, and whether a contract runs is unknown"
            yield Missing("contract-unknown", words, "GDPR 17(1)", _terms(policy, act.kind))
        else:
            yield from _unless_withstood(act, activity, question, policy, known)


def _unless_withstood(
    act: Applied, activity: Activity, question: Question, policy: Policy, known: Known
) -> Iterator[Missing]:
    """What withstands keeps the ground (Art. 17(3)); unknown where a rule could and nobody says."""
    withstands = known.withstands if _could_withstand(act, activity, question, policy) else False
    if withstands is None:
        code, words, article = _NAMES[act.kind]
        words = f"{words}, and whether a duty to keep withstands is unknown"
        yield Missing(f"{code}-undecided", words, article, _terms(policy, act.kind))
    elif not withstands:
        yield _ended(act, policy)


def _could_withstand(act: Applied, activity: Activity, question: Question, policy: Policy) -> bool:
    lineage = policy.lineage(question.category)
    return any(
        rule.bound != "ceiling" or (act.kind == "erasure" and rule.withstands is not None)
        for rule in activity.retention
        if not rule.categories or set(rule.categories) & set(lineage)
    )


def _ended(act: Applied, policy: Policy) -> Missing:
    code, words, article = _NAMES[act.kind]
    return Missing(code, words, article, _terms(policy, act.kind))


def _renewed(basis: LegalBasis, act: Applied) -> bool:
    """The basis is a consent that the person gave after the act."""
    return basis.kind == "consent" and basis.consent in act.given_since


def _names(act: Applied, activity: str) -> bool:
    """An act that names activities touches only those."""
    return not act.activities or activity in act.activities


def _concerns(act: Applied, question: Question, policy: Policy) -> bool:
    """The act's categories and places contain the value's; a place that is not said may be one."""
    lineage = policy.lineage(question.category)
    if act.categories and not set(act.categories) & set(lineage):
        return False
    return not act.places or question.place is None or question.place in act.places


def _despite(question: Question, policy: Policy) -> bool:
    """Whether the use is one that a restriction leaves: by the policy's list, else Art. 18(2)."""
    if question.despite is None:
        return False
    said = {
        ground
        for terms in policy.rights.values()
        if terms.right == "restriction"
        for ground in terms.refused_on
    }
    return question.despite in (said or ALLOWED_WHILE_RESTRICTED)


def _terms(policy: Policy, kind: str) -> tuple[str, ...]:
    """The clauses in which the policy grants the right that the act exercises."""
    right = "directives-after-death" if kind == "death" else kind
    found = (terms.clauses for terms in policy.rights.values() if terms.right == right)
    return tuple(dict.fromkeys(clause for clauses in found for clause in clauses))
