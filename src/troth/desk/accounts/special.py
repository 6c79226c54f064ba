"""Who sees special categories of data (Art. 9, 10): as the project says."""

from __future__ import annotations

from troth.desk.accounts.roles import Role, allows
from troth.policy.model import Policy
from troth.project.model import DeskSettings


def sees_special(role: Role, desk: DeskSettings) -> bool:
    """Whether a role sees special categories: the practitioner alone, where the project says so.

    Otherwise whoever may look at people; a publisher never.
    """
    if desk.special_categories == "practitioner":
        return role == "practitioner"
    return allows(role, "people")


def is_special(policy: Policy, category: str) -> bool:
    """Whether a category, or a wider one that contains it, is marked special in the policy."""
    return any(policy.categories[name].special is not None for name in policy.lineage(category))


def may_see(role: Role, desk: DeskSettings, policy: Policy, category: str) -> bool:
    """Whether a role sees values of a category on a page that it may open."""
    return not is_special(policy, category) or sees_special(role, desk)
