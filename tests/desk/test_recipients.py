"""Who had the data: disclosures of the person first, then what the policy declares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk.promise import ANN, BEN, NOW, ORG, act, promise
from stories.organisation import EXAMPLES, policy_of
from troth.apply.outcome import Outcome
from troth.datamap.load import parse_map
from troth.desk.told.disclosures import disclose, disclosures_of
from troth.desk.told.recipients import Cell, Holder, cells_of_act, holders, written_cells
from troth.errors import Refused
from troth.grounds.facts import Identifier
from troth.ledger.disclosures import Disclosure, parse_disclosures
from troth.ledger.entries import read_entries
from troth.ledger.ledger import Ledger
from troth.plan.model import DeleteRows, Plan
from troth.plan.predicate import TRUE

CONTACT = frozenset({("contact", "shop", "customer")})
INVOICE = frozenset({("invoice", "shop", "customer")})
LEFT = Disclosure(ANN, "insurer", ("contact",), NOW, "claim 7", None, Identifier("policy", "P-1"))


def found(cells: frozenset[Cell], *left: Disclosure, **more: object) -> list[Holder]:
    asked = act("erasure", **more)
    return list(holders(asked, cells, left, promise().policy, promise().map))


def test_the_policy_declares_who_receives_what_was_written() -> None:
    names = {one.recipient: one for one in found(CONTACT)}
    assert list(names) == ["host", "mailer", "carrier"], "in the policy's order"
    assert {one.known for one in names.values()} == {"declared"}
    assert {one.categories for one in names.values()} == {("contact",)}
    assert [one.recipient for one in found(INVOICE)] == ["host", "accountant", "insurer"]


def test_neither_staff_nor_an_authority_is_a_recipient_by_declaration() -> None:
    everywhere = {one.recipient for one in found(CONTACT | INVOICE)}
    assert everywhere.isdisjoint({"staff", "tax-office"})
    ordered = replace(LEFT, recipient="tax-office")
    assert "tax-office" in {one.recipient for one in found(CONTACT, ordered)}


def test_who_runs_another_place_was_not_written_to() -> None:
    assert "host" not in {
        one.recipient for one in found(frozenset({("contact", "elsewhere", "customer")}))
    }


def test_a_record_counts_more_than_a_declaration_and_names_whom_they_know() -> None:
    known = Identifier("parcel", "17")
    sent = replace(LEFT, recipient="carrier", categories=("order", "contact"), known_as=known)
    (carrier,) = (one for one in found(CONTACT, LEFT, sent) if one.recipient == "carrier")
    assert carrier == Holder("carrier", "recorded", ("contact",), known)
    (insurer,) = (one for one in found(CONTACT, LEFT) if one.recipient == "insurer")
    assert insurer.person == Identifier("policy", "P-1")
    assert "insurer" not in {
        one.recipient for one in found(frozenset({("log", "shop", "customer")}), LEFT)
    }


def test_a_declared_recipient_is_told_only_an_identifier_that_it_receives() -> None:
    """The accountant receives invoices, of which no identifier is one of the person's names."""
    names = {one.recipient: one.person for one in found(CONTACT | INVOICE)}
    assert names["carrier"] == names["mailer"] == names["host"] == ANN
    assert names["accountant"] is None


def test_an_act_about_some_activities_reaches_their_recipients_alone() -> None:
    assert [one.recipient for one in found(CONTACT, activities=("newsletter",))] == ["mailer"]
    opted_out = act("opt-out")
    marketing = holders(opted_out, CONTACT, (), promise().policy, promise().map)
    assert [one.recipient for one in marketing] == ["mailer"]


def test_what_a_run_wrote_is_told_by_category_and_place() -> None:
    step = DeleteRows(
        id="1", store="shop", table="customer", key=("id",), columns=("email", "name"), due=TRUE
    )
    other = DeleteRows(
        id="2", store="shop", table="invoice", key=("id",), columns=("billed_to",), due=TRUE
    )
    plan = Plan.model_construct(steps=(step, other))
    outcome = Outcome(run="r", written={"1": 1, "2": 0})
    assert written_cells(plan, outcome, promise().map) == CONTACT
    unsure = Outcome(run="r", between={"2": (0, 1)})
    assert written_cells(plan, unsure, promise().map) == INVOICE


@pytest.mark.clause("SMA-5b-1")
def test_disclosures_are_found_however_the_address_is_written(ledger: Ledger) -> None:
    upper = replace(LEFT, person=Identifier("email", " Ann@Mail.Example"), recipient="carrier")
    other = replace(LEFT, person=BEN)
    with ledger.writing(ORG) as writing:
        one = promise()
        assert disclose(writing, [upper, other], one.policy, one.map, by="dpo", at=NOW) == 2
    with ledger.reading(ORG) as reading:
        (mine,) = disclosures_of(reading, [ANN], promise().map)
        journal = str([entry.payload for entry in read_entries(reading)])
    assert (mine.recipient, mine.country) == ("carrier", "FR"), "the recipient's own country"
    assert "nn@" not in journal.lower()
    assert "claim" not in journal


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": "carier"}, "unknown-recipient"),
        ({"categories": ("contacts",)}, "unknown-category"),
        ({"person": Identifier("e-mail", "x")}, "unknown-namespace"),
        ({"basis": " "}, "disclosure-without-basis"),
        ({"at": NOW.replace(year=2027)}, "disclosure-in-the-future"),
    ],
)
def test_a_disclosure_that_means_nothing_is_refused(
    ledger: Ledger, change: dict[str, object], code: str
) -> None:
    wrong = replace(LEFT, **change)  # type: ignore[arg-type] - fields by name
    with pytest.raises(Refused) as refused, ledger.writing(ORG) as writing:
        disclose(writing, [LEFT, wrong], promise().policy, promise().map, by="dpo", at=NOW)
    assert refused.value.code == code
    with ledger.reading(ORG) as reading:
        assert disclosures_of(reading, [ANN], promise().map) == ()


def test_a_file_of_disclosures_is_read_whole_or_not_at_all() -> None:
    head = "namespace,value,recipient,categories,at,basis,known_namespace,known_value\n"
    line = "email,ann@mail.example,carrier,contact order,2026-01-31T09:00:00+01:00,order 1,,\n"
    (one,) = parse_disclosures([head, line], "left.csv")
    assert one.categories == ("contact", "order")
    assert one.known_as == ANN
    with pytest.raises(Refused) as refused:
        parse_disclosures([head, line, line.replace("order 1", "")], "left.csv")
    assert (refused.value.code, refused.value.place) == ("disclosure-file-line", "left.csv:3")
    assert "ann" not in str(refused.value)
    with pytest.raises(Refused, match="lacks recipient"):
        parse_disclosures(["namespace,value\n"], "left.csv")


@pytest.mark.clause("SMA-4b-5")
def test_softfils_sender_hears_of_subscribers_and_its_carriers_of_customers() -> None:
    policy = policy_of("softfil", {})
    datamap, _ = parse_map((EXAMPLES / "softfil" / "map.yaml").read_text(), "map.yaml", policy)
    asked = act("erasure")
    cells = cells_of_act(asked, policy, datamap)

    def told(place: str, subject: str) -> dict[str, Holder]:
        written = {cell for cell in cells if cell[1:] == (place, subject)}
        return {one.recipient: one for one in holders(asked, written, (), policy, datamap)}

    assert set(told("news", "newsletter-subscriber")) == {"newsletter-service"}
    customers = told("shop", "customer")
    assert "newsletter-service" not in customers
    assert customers["carriers"].categories == ("identity", "order-data", "postal-address")
    assert customers["carriers"].person is None, "carriers receive no e-mail address"
    assert customers["distributors"].person == ANN
