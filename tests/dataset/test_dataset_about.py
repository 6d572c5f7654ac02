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


def test_the_corpus_has_a_version_of_its_own(tmp_path: Path) -> None:
    found = about.read(project(tmp_path, 'version = "2.10.0"\nhub = "harbour/ferry-news"\n'))
    assert (found.version, found.hub) == ("2.10.0", "harbour/ferry-news")
    assert found.url == "https://huggingface.co/datasets/harbour/ferry-news"
    assert about.read(Project(tmp_path / "other")).version == "0.1.0"


def test_the_citation_is_made_of_the_file(tmp_path: Path) -> None:
    words = (
        'name = "Ferry News"\ntitle = "Ferries in the news"\nauthors = "The harbour desk"\n'
        'version = "1.2.3"\nhomepage = "https://ferry.example"\n'
    )
    found = project(tmp_path, words)
    (tmp_path / "corpus" / "CHANGELOG.md").write_text("## 1.2.3 (2025-03-01)\n- More ferries.\n")
    assert about.read(found).bibtex == (
        "@misc{ferry-news-1.2.3,\n"
        "  title = {{Ferries in the news}},\n"
        "  author = {{The harbour desk}},\n"
        "  year = {2025},\n"
        "  version = {1.2.3},\n"
        "  url = {https://ferry.example}\n"
        "}"
    )


@pytest.mark.parametrize(
    ("changelog", "day"),
    [
        ("## 0.1.0 (unreleased)\n", ""),
        ("## 0.2.0 - 2025-04-01\n\n## [0.1.0] - 2025-03-01\n", "2025-03-01"),
        ("## Unreleased\n", ""),
    ],
)
def test_the_day_of_the_version_is_the_changelogs(tmp_path: Path, changelog: str, day: str) -> None:
    found = project(tmp_path, 'version = "0.1.0"\n')
    (tmp_path / "corpus" / "CHANGELOG.md").write_text(changelog)
    assert about.read(found).released == day


def test_every_fault_of_the_file_is_said_in_one_run(tmp_path: Path) -> None:
    words = (
        'version = "1"\nhub = "ferry"\nhomepage = "ferry.example"\n'
        'languages = ["english", "xx"]\nlanguage_creators = ["machine"]\ntags = []\n'
        'source_datasets = ["a b"]\n'
    )
    with pytest.raises(IncidentError) as caught:
        about.read(project(tmp_path, words))
    creators = "found, crowdsourced, expert-generated, machine-generated or other"
    codes = "expected a code of ISO 639-1 such as en (of ISO 639-3 where that has none)"
    assert [str(incident) for incident in caught.value.incidents] == [
        "corpus/card.toml: B013 [version] bad version; got '1'; "
        "expected three numbers such as 0.1.0",
        "corpus/card.toml: B013 [hub] bad hub; got 'ferry'; expected OWNER/NAME",
        "corpus/card.toml: B013 [homepage] bad homepage; got 'ferry.example'; "
        "expected a web address",
        "corpus/card.toml: B013 [languages] unknown language; got 'english'; "
        f"{codes}; nearest is 'en'",
        f"corpus/card.toml: B013 [languages] unknown language; got 'xx'; {codes}",
        "corpus/card.toml: B013 [language_creators] unknown language_creators; got 'machine'; "
        f"expected {creators}",
        'corpus/card.toml: B013 [tags] bad tags; got []; expected a list such as ["news"]',
        "corpus/card.toml: B013 [source_datasets] bad source_datasets; got 'a b'; "
        "expected original, extended, extended|NAME or the name of a dataset",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "corpus/card.toml: B013 not TOML: Invalid value (at end of document)"),
        (
            'licence = "cc0-1.0"',
            "corpus/card.toml: B013 [licence] unknown key; got 'licence'; expected version, "
            "hub, homepage, name, title, authors, contact, funding, license, "
            "license_name, languages, annotations_creators, language_creators, source_datasets, "
            "tags, about, uses, out_of_scope, rationale, collection, producers, annotation, "
            "annotators, personal, biases, social_impact, limitations, recommendations, glossary, "
            "more or maintenance; nearest is 'license'",
        ),
        (
            'license = "CC BY 4.0"',
            "corpus/card.toml: B013 [license] unknown license; got 'CC BY 4.0'; expected "
            "cc0-1.0, cc-by-2.0, cc-by-2.5, cc-by-3.0, cc-by-4.0, cc-by-sa-3.0, cc-by-sa-4.0, "
            "cc-by-nc-2.0, cc-by-nc-3.0, cc-by-nc-4.0, cc-by-nd-4.0, cc-by-nc-nd-3.0, "
            "cc-by-nc-nd-4.0, cc-by-nc-sa-2.0, cc-by-nc-sa-3.0, cc-by-nc-sa-4.0, c-uda, "
            "cdla-sharing-1.0, cdla-permissive-1.0, cdla-permissive-2.0, odc-by, odbl, pddl, "
            "etalab-2.0, lgpl-lr, apache-2.0, mit, other or unknown; nearest is 'cc-by-4.0'",
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
