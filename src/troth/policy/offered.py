"""Which rights people have against an organisation: by law, and by what its policy adds."""

from __future__ import annotations

from troth.policy.model import Policy


def rights_by_law(policy: Policy) -> dict[str, str]:
    """The rights that the law gives the people of this policy, each with its article.

    Some depend on what is done: an objection needs a basis that is weighed, or marketing
    (Art. 21), portability a consent or contract (Art. 20), a human decision an automated one.
    """
    kinds = {basis.kind for one in policy.activities.values() for basis in one.legal_bases}
    marketing = any(one.direct_marketing for one in policy.activities.values())
    automated = any(one.automated_decision for one in policy.activities.values())
    due = {
        "access": (True, "Art. 13(2)(b)"),
        "rectification": (True, "Art. 13(2)(b)"),
        "erasure": (True, "Art. 13(2)(b)"),
        "restriction": (True, "Art. 13(2)(b)"),
        "objection": (
            bool(kinds & {"legitimate-interests", "public-task"}) or marketing,
            "Art. 21",
        ),
        "portability": (bool(kinds & {"consent", "contract"}), "Art. 20"),
        "withdrawal": ("consent" in kinds, "Art. 13(2)(c)"),
        "human-decision": (automated, "Art. 22(3)"),
        "directives-after-death": ("fr-loi-78-17" in policy.laws, "Loi 78-17, art. 85"),
        "complaint": (True, "Art. 13(2)(d)"),
    }
    return {right: article for right, (given, article) in due.items() if given}


def rights_of(policy: Policy) -> frozenset[str]:
    """The rights that people can exercise: the law's, and those that the policy grants beside.

    Marketing can be opted out of without a reason wherever there is any (Art. 21(2)).
    """
    marketing = any(one.direct_marketing for one in policy.activities.values())
    granted = {one.right for one in policy.rights.values()}
    return frozenset({*rights_by_law(policy), *granted, *(("opt-out",) if marketing else ())})


def child_below(policy: Policy) -> int | None:
    """The highest age below which the policy sees a child; None where it has no rule of age."""
    return max((one.threshold for one in policy.ages), default=None)
