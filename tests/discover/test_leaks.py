"""No sampled value reaches any output: canaries in every column, found nowhere."""

from __future__ import annotations

import json
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from troth.discover.draft import draft_yaml
from troth.discover.guess import as_json
from troth.discover.lexicon import Lexicon
from troth.discover.sample import ColumnSample, TableSample
from troth.discover.survey import Settings, survey

from .fakes import MemorySampler, schema_of
from .shop import DDL, rows

TODAY = date(2026, 3, 2)
TEXT_COLUMNS = """id INTEGER PRIMARY KEY, nom VARCHAR(50), email VARCHAR(90), payload JSON,
    meta_key VARCHAR(30), meta_value TEXT, owner_type VARCHAR(20), owner_id INTEGER,
    born_on VARCHAR(20)"""


def _outputs(
    rows_by_table: dict[str, list[tuple[object, ...]]], ddl: dict[str, str], s: Settings
) -> str:
    found = survey(schema_of(ddl), MemorySampler(rows_by_table), s)
    return draft_yaml([found], TODAY) + json.dumps(as_json((found,))) + repr(found)


def test_no_text_of_the_shop_is_in_any_output(settings: Settings) -> None:
    made = rows()
    output = _outputs(made, dict(DDL), settings).casefold()
    values = {
        str(cell).casefold()
        for table in made.values()
        for row in table
        for cell in row
        if len(str(cell)) >= 5
    }
    # A polymorphic type is written as the schema's table name spells it, never as it was read.
    allowed = {"customer", "product", "theme"}
    leaked = {value for value in values - allowed if value in output}
    assert leaked == set()


canary = st.text(
    alphabet=st.characters(whitelist_categories=["Ll", "Lu", "Nd", "Po", "Zs"]), max_size=12
).map(lambda text: f"zqx{text}xqz")


@given(marks=st.lists(canary, min_size=1, max_size=6), seed=st.integers(0, 2**16))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_canaries_do_not_leak(lexicon: Lexicon, marks: list[str], seed: int) -> None:
    rng = Random(seed)
    settings = Settings(lexicon=lexicon, today=TODAY, rng=rng)

    def mark() -> str:
        return rng.choice(marks)

    people = [
        (n, mark(), f"{mark()}@{mark()}.example", {mark(): mark(), "email": mark()},
         mark(), mark(), mark(), n, mark())
        for n in range(12)
    ]  # fmt: skip
    output = _outputs({"customers": people, "things": people}, {
        "customers": TEXT_COLUMNS, "things": TEXT_COLUMNS}, settings)  # fmt: skip
    assert "zqx" not in output
    assert "xqz" not in output


def test_samples_print_as_nothing() -> None:
    sample = TableSample(1, {"email": ColumnSample(("canary@mail.example",))})
    assert "canary" not in repr(sample) + str(sample) + repr(sample.column("email"))


@pytest.mark.parametrize("key", ["canary@mail.example", "zz canary", "Jean Dupont", "x" * 200])
def test_a_json_key_that_is_no_word_of_ours_is_not_written(settings: Settings, key: str) -> None:
    ddl = {"customers": "id INTEGER PRIMARY KEY, email VARCHAR(90), payload JSON"}
    made = {"customers": [(n, f"a{n}@mail.example", {key: 1, "phone": 2}) for n in range(20)]}
    output = _outputs(made, ddl, settings)
    assert key not in output
    assert "/phone" in output
