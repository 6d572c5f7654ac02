"""What the card says in words comes from the project, and a wrong name is refused."""

from pathlib import Path

import pytest

from parley.dataset import about
from parley.incidents import IncidentError
from parley.project import Project


def project(tmp_path: Path, text: str) -> Project:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "card.toml").write_text(text, encoding="utf-8")
    return Project(tmp_path)


def test_the_words_of_the_card_are_the_projects_own(tmp_path: Path) -> None:
    found = about.read(
        project(tmp_path, 'name = "Ferry"\nlicense = "cc0-1.0"\nabout = " A. \\n"\n')
    )
    assert (found.name, found.license, found.about) == ("Ferry", "cc0-1.0", "A.")


def test_a_project_without_the_file_gets_general_words(tmp_path: Path) -> None:
    assert about.read(Project(tmp_path)).name == "Corpus"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "corpus/card.toml: B013 not TOML: Invalid value (at end of document)"),
        (
            'licence = "cc0-1.0"',
            "corpus/card.toml: B013 [licence] unknown key; got 'licence'; expected name, title, "
            "authors, license, languages, about or limitations; nearest is 'license'",
        ),
        (
            'license = "CC BY 4.0"',
            "corpus/card.toml: B013 [license] unknown license; got 'CC BY 4.0'; expected "
            "cc-by-4.0, cc-by-sa-4.0, cc-by-nc-4.0, cc0-1.0 or other",
        ),
        (
            'languages = "en"',
            "corpus/card.toml: B013 [languages] bad languages; got 'en'; "
            'expected a list such as ["en"]',
        ),
        ("about = 3", "corpus/card.toml: B013 [about] bad about; got 3; expected text"),
    ],
)
def test_a_faulty_file_is_refused_with_its_reason(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(IncidentError) as caught:
        about.read(project(tmp_path, text))
    assert [str(incident) for incident in caught.value.incidents] == [message]
