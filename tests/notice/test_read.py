"""`troth read` on our own notices: the draft is the policy, whatever the format of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from notice.conftest import NAMES, example
from notice.media import MADE, said
from troth.cli.main import main
from troth.language import LANGUAGES, Language
from troth.notice.carried import carried
from troth.notice.html import as_html
from troth.notice.markdown import as_markdown
from troth.notice.pdf import as_pdf
from troth.notice.plain_text import as_text
from troth.policy.load import parse_policy

FORMS = {
    "txt": lambda one: as_text(one).encode(),
    "md": lambda one: as_markdown(one).encode(),
    "html": lambda one: as_html(one).encode(),
    "pdf": lambda one: as_pdf(one, MADE),
}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_draft_of_a_notice_is_its_policy(
    tmp_path: Path, name: str, language: Language, form: str
) -> None:
    policy, file, draft = example(name), tmp_path / f"notice.{form}", tmp_path / "back.yaml"
    file.write_bytes(FORMS[form](said(policy, language)))
    assert main(["read", str(file), "--out", str(draft)]) == 0
    assert parse_policy(draft.read_text("utf-8"), draft.name) == carried(policy, language)
