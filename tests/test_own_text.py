"""The project holds no sentence of the articles that it began from."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
WORD = re.compile(r"[^\W_]+")
RUN = 8


def runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.casefold() for word in WORD.findall(text)]
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name]


@pytest.fixture(scope="module")
def seeds() -> set[tuple[str, ...]]:
    files = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
    if not files:
        pytest.skip("the withheld articles' texts are not here to compare with")
    return {run for path in files for run in runs(path.read_text(encoding="utf-8"))}


def test_no_file_shares_a_run_of_eight_words_with_a_withheld_article(
    seeds: set[tuple[str, ...]],
) -> None:
    shared = {}
    for path in tracked():
        if not path.is_file():
            continue
        found = seeds & set(runs(path.read_text(encoding="utf-8", errors="replace")))
        if found:
            shared[path.relative_to(ROOT).as_posix()] = " ".join(min(found))
    assert shared == {}


def test_the_comparison_sees_a_run_that_only_differs_in_case_and_marks() -> None:
    left = set(runs("One, two — three: four 'five' six seven eight nine"))
    assert left & set(runs("… TWO THREE FOUR FIVE SIX SEVEN, EIGHT. nine!"))
