"""A project folder: how its files come together, and how secrets stay out of sight."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from troth.errors import Problems, Refused
from troth.project.load import Project, load_project, load_settings

TESTS = Path(__file__).parents[1]
SECRET = "hunter/2@%"

TROTH = """\
troth: 1
stores:
  web: sqlite:///data/web.sqlite
  news: postgresql://troth:${NEWS_PASSWORD}@news.example/list
  vault: {url: "${VAULT_URL}"}
mail:
  host: mail.example
  from: privacy@small-shop.example
  user: troth
  password: ${MAIL_PASSWORD}
limits: {batch_rows: 500}
"""
ENVIRON = {
    "NEWS_PASSWORD": SECRET,
    "VAULT_URL": "mariadb://troth:open%20sesame@vault.example/vault",
    "MAIL_PASSWORD": "xyzzy",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(TESTS / "policy" / "minimal.yaml", tmp_path / "policy.yaml")
    shutil.copy(TESTS / "datamap" / "map.yaml", tmp_path / "map.yaml")
    (tmp_path / "troth.yaml").write_text(TROTH, encoding="utf-8")
    return tmp_path


def rewrite(folder: Path, old: str, new: str, file: str = "troth.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def refusal(folder: Path, environ: dict[str, str] = ENVIRON) -> Refused:
    with pytest.raises(Refused) as caught:
        load_project(folder, environ)
    return caught.value


def test_a_project_is_read_whole(folder: Path) -> None:
    project = load_project(folder, ENVIRON)
    assert isinstance(project, Project)
    assert project.organisation == "small-shop"
    assert project.locale == "fr"
    assert project.policy.zone == "Europe/Paris"
    assert project.limits.batch_rows == 500
    assert project.limits.tolerance_rows == 100, "the others keep their defaults"
    assert project.remarks == ()
    assert sorted(project.stores) == ["news", "vault", "web"]


def test_addresses_are_completed(folder: Path) -> None:
    project = load_project(folder, ENVIRON)
    assert project.stores["web"].reveal() == f"sqlite:///{folder.resolve()}/data/web.sqlite"
    assert project.ledger.reveal() == f"sqlite:///{folder.resolve()}/ledger.sqlite"
    assert project.stores["vault"].reveal() == ENVIRON["VAULT_URL"], "whole values stay as given"
    news = project.stores["news"].reveal()
    assert news == "postgresql://troth:hunter%2F2%40%25@news.example/list"


def test_a_relative_folder_gives_absolute_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    project = load_project(Path(folder.name), ENVIRON)
    assert project.folder == folder.resolve()
    assert project.stores["web"].reveal().startswith(f"sqlite:///{folder.resolve()}/")


def test_no_secret_is_in_what_prints(folder: Path) -> None:
    project = load_project(folder, ENVIRON)
    assert project.mail is not None
    assert project.mail.password is not None
    assert project.mail.password.reveal() == "xyzzy"
    for shown in (repr(project), str(project), f"{project.stores['news']}", str(project.mail)):
        for secret in (SECRET, "hunter", "sesame", "xyzzy"):
            assert secret not in shown


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://troth:hunter2@news.example/list",
        "postgresql://troth:hunter2${X}@news.example/list",
        "postgresql://news.example/list?user=troth&password=hunter2",
        "mariadb://troth:hunter2@news.example/list",
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(folder: Path, address: str) -> None:
    rewrite(folder, "postgresql://troth:${NEWS_PASSWORD}@news.example/list", address)
    error = refusal(folder)
    assert (error.code, error.place) == ("secret-in-file", "troth.yaml:4")
    assert "hunter2" not in str(error)
    assert "hunter2" not in str(error.as_json())
    assert "environment variable" in error.help


def test_a_mail_password_in_the_file_is_refused_and_not_repeated(folder: Path) -> None:
    rewrite(folder, "password: ${MAIL_PASSWORD}", "password: hunter2")
    error = refusal(folder)
    assert error.place == "troth.yaml:10"
    assert "${NAME}" in error.message
    assert "hunter2" not in str(error)


def test_every_missing_variable_is_told_at_once(folder: Path) -> None:
    error = refusal(folder, {"MAIL_PASSWORD": ""})
    assert isinstance(error, Problems)
    told = [(problem.code, problem.place) for problem in error.problems]
    assert told == [
        ("environment-variable-missing", "troth.yaml:4"),
        ("environment-variable-missing", "troth.yaml:5"),
        ("environment-variable-missing", "troth.yaml:10"),
    ]
    assert "NEWS_PASSWORD" in error.problems[0].message


@pytest.mark.parametrize(
    ("old", "new", "code", "help"),
    [
        ("sqlite:///data/web.sqlite", "sqllite:///data/web.sqlite", "unknown-scheme", "sqlite"),
        ("sqlite:///data/web.sqlite", "data/web.sqlite", "unknown-scheme", "sqlite:///"),
        ("sqlite:///data/web.sqlite", "oracle://db.example/x", "unknown-scheme", "known: mariadb"),
        ("sqlite:///data/web.sqlite", "sqlite:///${WEB", "wrong-address", "${NAME}"),
        ("sqlite:///data/web.sqlite", "postgresql://[::1/x", "wrong-address", ""),
        ("stores:", "store:", "unknown-key", "stores"),
        ("troth: 1", "troth: 1\nzone: Europe/Lutetia", "wrong-value", ""),
        ("troth: 1", "troth: 1\npolicy: other.yaml", "file-missing", "other.yaml"),
    ],
)
def test_mistakes_in_the_project_file(
    folder: Path, old: str, new: str, code: str, help: str
) -> None:
    rewrite(folder, old, new)
    error = refusal(folder)
    assert error.code == code
    assert help in error.help


def test_a_store_of_the_map_needs_an_address(folder: Path) -> None:
    rewrite(folder, "  web: sqlite:///data/web.sqlite\n", "")
    error = refusal(folder)
    assert (error.code, error.place) == ("store-without-address", "troth.yaml:1")
    assert "'web'" in error.message


def test_a_mistake_in_the_map_names_the_map(folder: Path) -> None:
    rewrite(folder, "owner: {subject: customer}", "owner: {subject: custmer}", "map.yaml")
    error = refusal(folder)
    assert (error.code, error.place) == ("unknown-name", "map.yaml:10")


def test_the_project_may_set_zone_and_locale(folder: Path) -> None:
    rewrite(folder, "troth: 1", "troth: 1\nzone: Indian/Reunion\nlocale: en")
    project = load_project(folder, ENVIRON)
    assert project.policy.zoneinfo.key == "Indian/Reunion"
    assert project.locale == "en"


def test_settings_are_read_without_the_other_files(folder: Path) -> None:
    (folder / "policy.yaml").unlink()
    (folder / "map.yaml").unlink()
    settings = load_settings(folder, ENVIRON)
    assert settings.map_file == folder.resolve() / "map.yaml"
    assert refusal(folder).code == "file-missing"


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert (error.code, error.place) == ("file-missing", "troth.yaml")


def test_a_ledger_on_a_server(folder: Path) -> None:
    rewrite(folder, "troth: 1", "troth: 1\nledger: ${LEDGER_URL}")
    url = "postgresql://ledger.example/troth"
    assert load_project(folder, {**ENVIRON, "LEDGER_URL": url}).ledger.reveal() == url
