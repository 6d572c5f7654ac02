"""Every reason against a publication, with its exact words; none of them writes anything."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import document
from parley.cli import main
from parley.publishing import cards, gates
from tests.dataset import made_projects
from tests.hub.fixtures import LoopbackHub
from tests.publishing import made
from tests.publishing.made import REPO, faults, publish

README = "dist/parley/README.md"


def edit(path: Path, old: str, new: str) -> None:
    """Replaces words that have to be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def stale(root: Path) -> None:
    (root / "LICENSE-DATA").write_text("Other words.\n", "utf-8")


def no_licence(root: Path) -> None:
    edit(root / "corpus" / "card.toml", "cc-by-4.0", "other")
    (root / "LICENSE-DATA").unlink()
    made.rebuild(root)


def withhold(root: Path) -> None:
    """The only document of the test split is withheld from now on; its text is at hand."""
    article = root / "corpus" / "articles" / "tidal-gate" / "tidal-gate-1.txt"
    (root / ".gitignore").write_text("/corpus/texts/\n", "utf-8")
    assert main(["withhold", str(article), "--remove", "--root", str(root)]) == 0
    gold = root / "annotations" / "gold" / "tidal-gate-1.json"
    _, annotations = made_projects.a_clean_document("tidal-gate", "F003")
    gold.write_bytes(document.dump(annotations, None))
    made.rebuild(root)


def withhold_wholly(root: Path) -> None:
    """The same in a fresh clone, where the text is not."""
    withhold(root)
    shutil.rmtree(root / "corpus" / "texts")
    made.rebuild(root)


def no_entry(root: Path) -> None:
    edit(root / "corpus" / "CHANGELOG.md", "## 0.1.0", "## 0.0.9")
    made.rebuild(root)


def no_changelog(root: Path) -> None:
    (root / "corpus" / "CHANGELOG.md").unlink()
    made.rebuild(root)


def empty_entry(root: Path) -> None:
    edit(root / "corpus" / "CHANGELOG.md", "- The first version.", "")


NO_ENTRY = (
    "corpus/CHANGELOG.md: H006 no entry for the version; expected ## 0.1.0 (YYYY-MM-DD); "
    "write what changed under `## 0.1.0`"
)


def no_date(root: Path) -> None:
    edit(root / "corpus" / "CHANGELOG.md", "## 0.1.0 (2025-03-01)", "## 0.1.0 (unreleased)")
    made.rebuild(root)


def not_renamed(root: Path) -> None:
    edit(root / "corpus" / "CHANGELOG.md", "## 0.1.0 (2025-03-01)", "## Unreleased")
    made.rebuild(root)


REFUSED: dict[str, tuple[Callable[[Path], object], tuple[str, ...], str]] = {
    "H001": (
        stale,
        (),
        "dist/parley: H001 the build is not what the project makes now: other are LICENSE, "
        "croissant.json; run `parley build`",
    ),
    "H002": (
        withhold,
        (),
        "dist/parley: H002 [tidal-gate-1] the build holds the text of a withheld document; build "
        "where the texts are not: in a fresh clone, or with corpus/texts moved away",
    ),
    "H005": (
        withhold_wholly,
        (),
        "dist/parley: H005 the split test of the build has no document; give it a story with an "
        "open document in corpus/splits.jsonl",
    ),
    "H003": (
        no_licence,
        (),
        f"{README}: H003 the licence is 'other', and the build has no LICENSE that says which; "
        "name one in corpus/card.toml, or write its text into LICENSE-DATA, then build",
    ),
    "H006": (no_entry, (), NO_ENTRY),
    "H006 of nothing": (empty_entry, (), NO_ENTRY),
    "H006 without a date": (
        no_date,
        (),
        "corpus/CHANGELOG.md: H006 the version's entry has no date; expected ## 0.1.0 "
        "(YYYY-MM-DD); give it the day of publishing, then build",
    ),
    "H006 not renamed": (
        not_renamed,
        (),
        "corpus/CHANGELOG.md: H006 no entry for the version; expected ## 0.1.0 (YYYY-MM-DD); "
        "rename `## Unreleased`, then build",
    ),
    "H006 without a file": (
        no_changelog,
        (),
        "corpus/CHANGELOG.md: H006 the corpus has no changelog; expected ## 0.1.0 (YYYY-MM-DD); "
        "write what changed under `## 0.1.0`",
    ),
    "H007": (
        lambda root: None,
        ("--revision", "v1"),
        "dist/parley: H007 the revision is not that of the corpus version; got 'v1'; "
        "expected v0.1.0; leave --revision out, or raise `version` in corpus/card.toml and build",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_reason_refuses_alone_and_writes_nothing(
    name: str, root: Path, hub_here: LoopbackHub
) -> None:
    plant, words, said = REFUSED[name]
    plant(root)
    done = publish(root, *words)
    assert faults(done, hub_here.endpoint) == [said]
    assert done.code == 1
    assert done.err.endswith("parley publish: 1 incident; nothing was published\n")
    assert hub_here.writes() == []


def test_the_right_revision_may_be_said(root: Path, hub_here: LoopbackHub) -> None:
    assert publish(root, "--revision", "v0.1.0").code == 0


def test_faults_of_the_project_and_of_the_folder_are_all_told_in_one_run(
    root: Path, hub_here: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks, ledgers, files of the build, changelog, revision, the Hub's token: together."""
    monkeypatch.delenv("HF_TOKEN")
    no_entry(root)
    folder = root / "dist" / "parley"
    (folder / "LICENSE").write_text("changed", "utf-8")
    (folder / "notes.txt").write_text("stray", "utf-8")
    (folder / "registers" / "facts.jsonl").unlink()
    ledger = root / "annotations" / "ledger" / "first" / "ann-a.json"
    ledger.parent.mkdir(parents=True)
    ledger.write_text("{}", "utf-8")
    edit(root / "corpus" / "splits.jsonl", '"test"', '"exam"')
    done = publish(root, "--revision", "v9")
    codes = [line.split(": ")[1].split()[0] for line in faults(done, hub_here.endpoint)]
    assert {"H006", "H007", "H010", "P619", "P620", "P621"} <= set(codes)
    assert any(code.startswith("P2") for code in codes)  # splits.jsonl, and the ledger
    assert "annotations/ledger/first/ann-a.json: " in done.err
    assert "corpus/splits.jsonl:" in done.err
    assert done.code == 1
    assert hub_here.writes() == []


def test_without_a_build_the_rest_is_looked_at_all_the_same(
    root: Path, hub_here: LoopbackHub
) -> None:
    shutil.rmtree(root / "dist")
    done = publish(root)
    [line] = faults(done, hub_here.endpoint)
    assert line.startswith(f"{root}/dist/parley: S001 no built dataset")
    assert done.code == 1


def test_a_damaged_manifest_is_one_fault(root: Path, hub_here: LoopbackHub) -> None:
    (root / "dist" / "parley" / "MANIFEST.json").write_text("{", "utf-8")
    done = publish(root)
    assert [line.split(": ")[1].split()[0] for line in faults(done, hub_here.endpoint)] == ["S003"]


@pytest.mark.parametrize(
    "name",
    [
        "harbour",
        "a/b/c",
        "-a/b",
        "a/b--c",
        "a/b..c",
        "a/b.git",
        "a/b.",
        "a /b",
        "a/",
        "/b",
        "a./b",
        "a-/b",
    ],
)
def test_a_name_that_no_repository_can_have_is_refused(name: str) -> None:
    [fault] = gates.repo_id(name)
    assert str(fault) == (
        f"REPO: H008 not the name of a repository; got '{name}'; expected NAMESPACE/NAME of "
        "letters, digits, '-', '_' and '.', at most 96"
    )


@given(st.from_regex(r"[a-z0-9_.-]{0,9}(/[A-Za-z0-9_.-]{0,9}){0,2}", fullmatch=True))
def test_every_name_that_is_let_through_is_one_for_the_library(name: str) -> None:
    from huggingface_hub.utils._validators import validate_repo_id

    if not gates.repo_id(name):
        validate_repo_id(name)
        assert name.count("/") == 1


def test_without_a_name_here_or_on_the_card_the_message_says_where_it_goes(
    root: Path, hub_here: LoopbackHub
) -> None:
    done = publish(root, repo=None)
    assert faults(done, hub_here.endpoint) == [
        "REPO: H008 no repository is named, here or as `hub` in corpus/card.toml; expected "
        "NAMESPACE/NAME of letters, digits, '-', '_' and '.', at most 96"
    ]


def test_nobody_to_ask_is_no_yes(root: Path, hub_here: LoopbackHub) -> None:
    for words in (("--no",), ("--no", "--json")):
        done = publish(root, *words)
        assert done.code == 2
        assert done.err == (
            f"{REPO}: H009 nobody can be asked whether to publish; say --yes, or --dry-run to see "
            "what would change\n"
        )
    assert hub_here.requests == []


# -- the card


def card(root: Path, old: str, new: str) -> list[str]:
    """The faults of a build's card with these words replaced."""
    folder = root / "dist" / "parley"
    edit(folder / "README.md", old, new)
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    return [str(fault) for fault in cards.check(folder, manifest, "README.md")]


TEST = "sentences/test-00000-of-00001.parquet"
CARDS = {
    "no YAML": ("---\n", "", "the card does not begin with YAML between two lines ---"),
    "broken YAML": (
        "pretty_name: Harbour",
        "pretty_name: [Harbour",
        "the YAML cannot be parsed in line",
    ),
    "no mapping": ("---\n", "---\n- a list\n---\n", "the YAML is not a mapping of keys to values"),
    "no pretty name": (
        "pretty_name: Harbour\n",
        "",
        "the YAML lacks a key; expected pretty_name",
    ),
    "no such task": (
        "- token-classification\n",
        "- token-clasification\n",
        "unknown task_categories; got 'token-clasification'",
    ),
    "no such licence": (
        "license: cc-by-4.0",
        "license: cc-by-4",
        "unknown license; got 'cc-by-4'",
    ),
    "no such file": (
        f"path: {TEST}",
        "path: sentences/dev.parquet",
        "the file of config sentences, split test is not in the build; got 'sentences/dev.parquet'",
    ),
    "a file of elsewhere": (
        f"path: {TEST}",
        "path: ../parley/MANIFEST.json/../../../corpus/card.toml",
        "the file of config sentences, split test is not in the build",
    ),
    "a file of another config": (
        f"path: {TEST}",
        "path: ner/test-00000-of-00001.parquet",
        "the files of config sentences are not those of the manifest",
    ),
    "two defaults": (
        "- config_name: ner\n",
        "- config_name: ner\n  default: true\n",
        "not the one default config of the manifest; got ['sentences', 'ner']; expected sentences",
    ),
    "no default": (
        "  default: true\n",
        "",
        "not the one default config of the manifest; got []; expected sentences",
    ),
    "a config without files": (
        "configs:\n",
        "configs:\n- config_name: empty\n",
        "a config without config_name, or data_files of split and path",
    ),
    "other sizes": (
        "num_examples: 3\n",
        "num_examples: 4\n",
        "dataset_info of config attribution is not what the manifest says",
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_that_does_not_fit_is_refused(name: str, root: Path) -> None:
    old, new, said = CARDS[name]
    found = card(root, old, new)
    code = "H003" if name == "no such licence" else "H004"
    assert any(line.startswith(f"README.md: {code} {said}") for line in found), found
    assert all(line.startswith(f"README.md: {code} ") for line in found)


def test_the_card_of_a_build_has_no_fault(root: Path) -> None:
    assert card(root, "# Harbour", "# Harbour") == []


def test_a_card_that_only_the_hub_refuses_is_told_in_its_words(
    root: Path, hub_here: LoopbackHub
) -> None:
    hub_here.picky = True
    done = publish(root)
    assert faults(done, hub_here.endpoint) == [
        f'HUB/datasets/{REPO}: H004 the Hub refuses the card: "pretty_name" is taken; the '
        "repository was made, nothing was published in it; put the card right, build and run the "
        "command again"
    ]
    assert done.code == 2
