"""The codes of publishing: each is explained, and each explained one is given somewhere."""

import re
from pathlib import Path

from parley import codes

SOURCE = Path(codes.__file__).parents[1]


def test_the_codes_that_are_given_are_those_that_are_explained() -> None:
    files = [*(SOURCE / "publishing").glob("*.py"), SOURCE / "cli" / "publish.py"]
    given = {code for path in files for code in re.findall(r'"(H\d{3})"', path.read_text("utf-8"))}
    assert given == {name for name in codes.codes() if name[0] == "H"}


def test_every_code_has_a_title_an_explanation_and_two_cases() -> None:
    for name, code in codes.codes().items():
        if name[0] == "H":
            assert code.title and code.bad and code.good and code.explain.endswith("."), code
            assert len(code.title) <= 70, code
