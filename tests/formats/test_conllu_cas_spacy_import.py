"""CoNLL-U, CAS XMI and DocBin through `parley import`: the same gold, nothing lost, GUM mapped."""

import json
from pathlib import Path
from types import ModuleType

import pytest

from parley import document, json_io
from parley.cli import main
from parley.formats import cas_xmi, conllu, source, spacy_docbin
from tests.formats.test_conllu_read import a_file

ANSWERS = ("mentions", "events", "attributions", "stances")


@pytest.mark.parametrize(
    ("name", "module"), [("conllu", conllu), ("cas", cas_xmi), ("spacy", spacy_docbin)]
)
def test_an_exported_dataset_is_imported_as_the_gold_that_it_was_made_from(
    name: str,
    module: ModuleType,
    built: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    documents = source.read(built, "train")["train"]
    made = module.export(documents, tmp_path / "train")
    # Spans over half a token are the one thing that CoNLL-U has no place for.
    lossless = name != "conllu" or not made.lost
    registers = str(built / "registers")
    out = tmp_path / "out"
    args = ["import", name, str(tmp_path / "train"), "--registry", registers, "--out", str(out)]
    main([*args, "--json"])
    printed = capsys.readouterr()
    (summary,) = json.loads(printed.out)
    assert summary["incidents"] == 0, printed.err
    ledger = json_io.loads(next(out.glob("annotations/ledger/*/*.json")).read_bytes())
    assert ledger["documents"].keys() == {item.doc_id for item in documents}
    for item in documents:
        path = out / "annotations" / "gold" / f"{item.doc_id}.json"
        gold = document.from_dict(json_io.loads(path.read_bytes()))
        assert gold.sha256 == item.annotations.sha256
        if lossless:
            for key in ANSWERS:
                assert getattr(gold, key) == getattr(item.annotations, key)
        text = (out / "corpus" / "articles").glob(f"*/{item.doc_id}.txt")
        assert item.text in next(text).read_bytes().decode()


def test_gum_is_imported_by_its_mapping_with_names_nominals_and_pronouns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = "GRP-etype-infstat-salience-centering-minspan-link-identity"
    path = a_file(
        tmp_path,
        f"""
# newdoc id = GUM_made_harbour
# global.Entity = {fields}
# meta::title = The harbour
# newpar
# sent_id = 1
# text = Mayor Ada Brand met sailors.
1 Mayor NOUN 4 Entity=(1-person-new-nnnnn-cf1-2-coref-Ada_Brand
2 Ada PROPN 1 Entity=(1-person-giv:act-nnnnn-cf1-1-coref-Ada_Brand
3 Brand PROPN 2 Entity=1)1)
4 met VERB 0 _
5 sailors NOUN 4 Entity=(2-person-new-nnnnn-cf2-1-coref)|SpaceAfter=No
6 . PUNCT 4 _
""",
        """
# sent_id = 2
# text = They thanked her at the Lenna Post.
1 They PRON 2 Entity=(2-person-giv:act-nnnnn-cf1-1-ana)
2 thanked VERB 0 _
3 her PRON 2 Entity=(1-person-giv:act-nnnnn-cf2-1-ana)
4 at ADP 6 _
5 the DET 6 Entity=(3-organization-new-nnnnn-cf3-2,3-sgl
6 Lenna PROPN 2 Entity=(4-place-new-nnnnn-cf4-1-sgl)
7 Post PROPN 6 Entity=3)|SpaceAfter=No
8 . PUNCT 2 _
""",
    )
    out = tmp_path / "out"
    args = ["import", "conllu", str(path), "--labels", "gum", "--out", str(out), "--form", "news"]
    code = main([*args, "--published", "2024-08-17", "--language", "en", "--story", "harbour"])
    assert (code, capsys.readouterr().err) == (0, "")
    gold = document.from_dict(
        json_io.loads(next((out / "annotations" / "gold").glob("*.json")).read_bytes())
    )
    text = "Mayor Ada Brand met sailors. They thanked her at the Lenna Post."
    assert gold.layers == ("entity",)
    assert [
        (text[item.start : item.end], item.type, item.mention_type, item.entity)
        for item in gold.mentions
    ] == [
        ("Mayor Ada Brand", "PERSON", "nominal", "ada_brand"),
        ("Ada Brand", "PERSON", "name", "ada_brand"),
        ("sailors", "PERSON", "nominal", "gum_made_harbour-2"),
        ("They", "PERSON", "pronoun", "gum_made_harbour-2"),
        ("her", "PERSON", "pronoun", "ada_brand"),
        ("the Lenna Post", "ORG", "name", None),
    ]
    ledger = json_io.loads(next(out.glob("annotations/ledger/*/*.json")).read_bytes())
    # The place on purpose, with its part of speech; five fields of each mention on purpose.
    rejected = [entry for entry in ledger["entries"] if entry["outcome"] == "rejected"]
    assert {code for entry in rejected for code in entry["codes"]} == {"I015", "I024"}
    assert main(["check", "--root", str(out)]) in (0, 1)
    assert "P1" not in capsys.readouterr().err
