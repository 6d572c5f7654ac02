"""CoNLL-U of other makers: the text that words and spaces make, mentions of every bracket form."""

from pathlib import Path
from random import Random

import pytest

from parley.document import Span
from parley.formats import conllu
from parley.formats.standoff import Mark, Standoff
from parley.incidents import IncidentError
from tests.dataset import made_documents
from tests.formats.made_foreign import a_source

GUM = "GRP-etype-infstat-salience-centering-minspan-link-identity"


def a_file(tmp_path: Path, *blocks: str, name: str = "harbour.conllu") -> Path:
    """A file of sentences: comment lines, then `ID FORM [UPOS HEAD] MISC` a line."""
    out = ""
    for block in blocks:
        for line in block.strip().split("\n"):
            if line.startswith("#"):
                out += line + "\n"
                continue
            cells = line.split()
            upos, head = cells[2:4] if len(cells) == 5 else ("_", "_")
            out += "\t".join([cells[0], cells[1], "_", upos, "_", "_", head, "_", "_", cells[-1]])
            out += "\n"
        out += "\n"
    path = tmp_path / name
    path.write_text(out, "utf-8")
    return path


def one(path: Path) -> Standoff:
    (found,) = conllu.read(path)
    return found


def told(found: Standoff) -> list[str]:
    return [str(fault) for fault in found.faults]


def marked(found: Standoff) -> list[tuple[str, list[Span], str]]:
    """Label, spans and words of each mark."""
    return [
        (mark.label, mark.spans, "…".join(found.text[start:end] for start, end in mark.spans))
        for mark in found.marks
    ]


def test_gum_mentions_come_with_their_fields_group_identity_and_head(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        f"""
# newdoc id = GUM_made_harbour
# global.Entity = {GUM}
# meta::title = The harbour
# newpar
# sent_id = 1
# text = Mayor Ada Brand-Post's boat
1 Mayor NOUN 2 Entity=(1-person-new-nnnnn-cf1-2,3-coref-Ada_Brand-Post_%28mayor%29
2 Ada PROPN 5 _
3-4 Brand-Post's _ _ _
3 Brand-Post PROPN 2 Entity=1)
4 's PART 2 _
5 boat NOUN 0 Entity=(2-object-new-nnnnn-cf2-1-sgl)
""",
        """
# newpar
# sent_id = 2
# text = She sank it.
1 She PRON 2 Entity=(1-person-giv:act-nnnnn-cf1*-1-ana)|Bridge=1<2:part,3<2
2 sank VERB 0 _
3 it PRON 2 Entity=(3-object-giv:act-nnnnn-cf2-1-ana(4-event-new-nnnnn-cf3-1-sgl)|SpaceAfter=No
4 . PUNCT 2 Entity=3)
""",
    )
    found = one(path)
    assert found.faults == []
    assert found.aside == {"I005": 2}
    assert (found.doc_id, found.about) == ("GUM_made_harbour", {"title": "The harbour"})
    assert found.text == "Mayor Ada Brand-Post's boat\nShe sank it."
    assert [found.text[start:end] for start, end in found.sentences] == found.text.split("\n")
    assert found.layers is None
    assert found.marks == [
        Mark(
            "m1",
            "entity",
            "person",
            [(0, 20)],
            {
                "infstat": "new",
                "salience": "nnnnn",
                "centering": "cf1",
                "minspan": "2,3",
                "link": "coref",
                "entity": "Ada_Brand-Post_(mayor)",
                "upos": "PROPN",
            },
            "harbour.conllu:7",
        ),
        Mark(
            "m2",
            "entity",
            "object",
            [(23, 27)],
            {
                "infstat": "new",
                "salience": "nnnnn",
                "centering": "cf2",
                "minspan": "1",
                "link": "sgl",
                "upos": "NOUN",
            },
            "harbour.conllu:12",
        ),
        Mark(
            "m3",
            "entity",
            "person",
            [(28, 31)],
            {
                "infstat": "giv:act",
                "salience": "nnnnn",
                "centering": "cf1*",
                "minspan": "1",
                "link": "ana",
                "entity": "Ada_Brand-Post_(mayor)",
                "upos": "PRON",
            },
            "harbour.conllu:17",
        ),
        Mark(
            "m4",
            "entity",
            "event",
            [(37, 39)],
            {
                "infstat": "new",
                "salience": "nnnnn",
                "centering": "cf3",
                "minspan": "1",
                "link": "sgl",
                "upos": "PRON",
            },
            "harbour.conllu:19",
        ),
        Mark(
            "m5",
            "entity",
            "object",
            [(37, 40)],
            {
                "infstat": "giv:act",
                "salience": "nnnnn",
                "centering": "cf2",
                "minspan": "1",
                "link": "ana",
                "upos": "PRON",
            },
            "harbour.conllu:19",
        ),
    ]


def test_a_group_of_several_mentions_without_identity_is_kept_as_the_file_has_it(
    tmp_path: Path,
) -> None:
    path = a_file(
        tmp_path,
        f"""
# global.Entity = {GUM}
1 Ada Entity=(1-person-new-n-c-1-coref-Ada)
2 met _
3 Ada Entity=(1-person-new-n-c-1-coref-Brand)
4 and _
5 her Entity=(7-person-new-n-c-1-ana)
6 own Entity=(7-person-new-n-c-1-ana)
""",
    )
    assert [
        (mark.attributes.get("group"), mark.attributes.get("identity")) for mark in one(path).marks
    ] == [("1", "Ada"), ("1", "Brand"), ("7", None), ("7", None)]


@pytest.mark.parametrize(
    ("header", "opening", "closing"),
    [
        # GUM before version 8: no header, the type first, closed by both.
        ("", "person-12", "person-12"),
        # Its versions 6 and 7, with what a mention refers to.
        ("", "person-12-Ada_Brand-Post", "person-12-Ada_Brand-Post"),
        ("# global.Entity = entity-GRP-infstat-MIN-coref_type-identity", "person-12-new-1", "12"),
        ("# global.Entity = etype-eid", "person-e12", "e12"),
        ("# global.Entity = eid-etype-head-other", "e12-person-1-", "e12"),
        ("", "e12-person", "e12"),
    ],
)
def test_every_order_of_fields_is_read(
    header: str, opening: str, closing: str, tmp_path: Path
) -> None:
    path = a_file(
        tmp_path,
        f"""
# newdoc id = d
{header or "# s_type = decl"}
1 Old Entity=({opening}
2 Ada Entity=({opening})
3 left Entity={closing})
""",
    )
    found = one(path)
    assert found.faults == []
    assert marked(found) == [("person", [(0, 12)], "Old Ada left"), ("person", [(4, 7)], "Ada")]


def test_a_header_holds_for_the_documents_after_it(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "# newdoc id = a\n# global.Entity = etype-eid\n# meta::title = One\n"
        "1 Ada Entity=(person-e1)",
        "# newdoc id = b\n1 Bo Entity=(person-e1)",
        "# newdoc id = c\n# global.Entity = eid-etype\n1 Ida Entity=(e1-place)",
    )
    found = list(conllu.read(path))
    assert [(item.doc_id, item.marks[0].label) for item in found] == [
        ("a", "person"),
        ("b", "person"),
        ("c", "place"),
    ]
    assert [item.about for item in found] == [{"title": "One"}, {}, {}]


def test_discontinuous_mentions_are_one_mark_of_several_spans(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        """
# global.Entity = eid-etype-head-other
1 north Entity=(e1[1/2]-place-3-note:a%2Cb,sure)(e2-place-4
2 and _
3 south _
4 harbour Entity=(e1[2/2]-place-3)e2)
5 here Entity=(e3[1/2]-place-1
6 or Entity=e3[1/2])
7 there Entity=(e3[2/2]-place-1
8 too Entity=e3[2/2])
""",
    )
    found = one(path)
    assert found.faults == []
    assert marked(found) == [
        ("place", [(0, 5), (16, 23)], "north…harbour"),
        ("place", [(0, 23)], "north and south harbour"),
        ("place", [(24, 31), (32, 41)], "here or…there too"),
    ]
    assert found.marks[0].attributes == {"note": "a,b", "sure": "Yes"}


def test_marks_on_multiword_tokens_are_as_wide_as_the_text_can_say(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        """
# global.Entity = eid-etype
# text = au port vámonos club's.
1-2 au _
1 à _
2 le Entity=(e1-place
3 port Entity=e1)
4-5 vámonos _
4 vamos _
5 nos Entity=(e2-person)
6-7 club's SpaceAfter=No
6 club Entity=(e3-organization)
7 's _
8 . _
""",
    )
    found = one(path)
    assert found.faults == []
    assert found.text == "au port vámonos club's."
    assert marked(found) == [
        ("place", [(0, 7)], "au port"),
        ("person", [(8, 15)], "vámonos"),
        ("organization", [(16, 20)], "club"),
    ]


def test_empty_nodes_have_no_text_and_a_mark_on_them_alone_is_told(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        """
# global.Entity = eid-etype
# text = Ada left
0.1 _ Entity=(e1-person)
1 Ada Entity=(e2-person
1.1 _ Entity=e2)
2 left _
2.1 _ _
""",
    )
    found = one(path)
    assert found.text == "Ada left"
    assert marked(found) == [("person", [(0, 3)], "Ada")]
    assert told(found) == [
        "harbour.conllu:3: I002 [harbour] Entity: the mark 'e1' is on empty nodes alone"
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("(e1-place", "Entity: 'e1' is opened and never closed"),
        ("e1)", "Entity: 'e1' is closed and was not opened"),
        ("x(e1-place)", "Entity: 'x(e1-place)' is no bracket"),
        ("e1", "Entity: 'e1' is no bracket"),
        ("(-place)", "Entity: '(-place)' has no id"),
        ("(e1[3/2]-place)", "Entity: 'e1[3/2]' counts parts wrongly"),
        ("(e1[1/2]-place)", "Entity: 'e1' lacks parts of its span"),
        ("(e1[2/2]-place)", "Entity: 'e1' lacks parts of its span"),
    ],
)
def test_a_malformed_bracket_is_told_at_its_line_and_others_stand(
    value: str, message: str, tmp_path: Path
) -> None:
    path = a_file(
        tmp_path,
        f"""
# global.Entity = eid-etype
1 Ada Entity=(e9-person)
2 left Entity={value}
""",
    )
    found = one(path)
    assert told(found) == [f"harbour.conllu:3: I002 [harbour] {message}"]
    assert marked(found) == [("person", [(0, 3)], "Ada")]


def test_a_header_without_an_id_makes_every_bracket_a_fault(tmp_path: Path) -> None:
    found = one(a_file(tmp_path, "# global.Entity = etype\n1 Ada Entity=(person)"))
    assert told(found) == ["harbour.conllu:2: I002 [harbour] Entity: '(person)' has no id"]


def test_sentences_are_parted_by_spaces_and_paragraphs_by_lines(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "# newdoc\n1 One _\n2 . SpaceAfter=No",
        "1 two _",
        "# newpar id = p2\n1 Three SpacesAfter=\\s\\s\\p\n2 3 SpacesAfter=\\t\\u00a0",
        "1 four NewPar=Yes",
        "# newdoc id = second\n1 Five SpacesBefore=\\n|SpacesAfter=\\n\\n",
        "# newpar\n1 six SpacesAfter=\\n",
    )
    first, second = conllu.read(path)
    assert (first.doc_id, second.doc_id) == ("harbour", "second")
    assert first.text == "One .two\nThree 3\t\u00a0\nfour".replace("\t\u00a0\n", "\n")
    assert told(first) == [
        "harbour.conllu:8: I002 [harbour] SpacesAfter is not white space; got '\\\\s\\\\s\\\\p'; "
        "expected \\s, \\n …"
    ]
    assert second.text == "\nFive\n\nsix\n"
    assert second.faults == []


def test_text_that_is_not_its_words_is_told_and_the_words_stand(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        "# text = One two\n1 One _\n2 too _",
        "# text = three  four \n1 three SpacesAfter=\\s\\s\n2 four _",
    )
    found = one(path)
    assert found.text == "One too three  four"
    assert told(found) == [
        "harbour.conllu:1: I201 [harbour] # text and the words disagree; got 'One two'; "
        "expected 'One too'"
    ]


def test_lines_that_are_none_are_told_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "d.conllu"
    row = "\t".join(["_"] * 8)
    path.write_text(
        f"1\tOne\t{row}\nodd\n2\ttoo\twide\n4\tfour\t{row}\nx\tfive\t{row}\n7-6\tsix\t{row}\n"
        f"5\tseven\t{row}",
        "utf-8",
    )
    found = one(path)
    assert found.text == "One four seven"
    assert [str(fault).partition(" [d] ")[2] for fault in found.faults] == [
        "a line of the wrong width; got 1; expected 10 columns",
        "a line of the wrong width; got 3; expected 10 columns",
        "an id out of order; got '4'; expected 2",
        "no id of a word; got 'x'; expected 1, 1-2 or 1.1",
        "a multiword token out of order; got '7-6'; expected 5",
    ]
    assert [fault.line for fault in found.faults] == [2, 3, 4, 5, 6]
    assert {fault.code for fault in found.faults} == {"I002"}


def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = a_file(tmp_path, "# newdoc id = d\n# text = a b\n1 a _\n2 b _", "1 c _")
    plain = one(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert one(path) == plain
    assert plain.text == "a b c"


def test_a_key_of_another_maker_is_not_taken_for_ours(tmp_path: Path) -> None:
    found = one(a_file(tmp_path, "1 Ada Event=(e1-x)|Attribution=a)|Stance|Entity"))
    assert found.marks == []
    assert told(found) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"1\tcaf\xe9", "f.conllu:1: I001 not UTF-8: unexpected end of data; expected CoNLL-U"),
        (b"", "f.conllu: I001 no sentence; expected CoNLL-U"),
        (b"# newdoc\n\n", "f.conllu: I001 no sentence; expected CoNLL-U"),
    ],
)
def test_a_file_of_another_kind_is_told_and_the_others_are_read(
    data: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / "f.conllu").write_bytes(data)
    a_file(tmp_path, "1 Ada _", name="g.conllu")
    (tmp_path / ".hidden.conllu").write_bytes(b"x")
    bad, good = conllu.read(tmp_path)
    assert told(bad) == [message]
    assert (bad.text, good.doc_id, good.text) == ("", "g", "Ada")


def test_where_there_is_no_file_it_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(
        IncidentError, match="I001 no such files here; expected a file, or a folder"
    ):
        list(conllu.read(tmp_path))
    with pytest.raises(IncidentError, match="I001 no such file or folder"):
        list(conllu.read(tmp_path / "none.conllu"))


def test_damaged_files_are_told_of_and_never_stop_the_reading(tmp_path: Path) -> None:
    random = Random(5)
    document, found = made_documents.a_document(random, lines=3)
    assert document.text is not None
    conllu.export([a_source(document.text, found, list(document.paragraphs))], tmp_path)
    whole = (tmp_path / conllu.FILE).read_bytes()
    path = tmp_path / "damaged.conllu"
    told = 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(random.randint(1, 4)):
            at = random.randrange(len(data))
            piece = random.choice((b"", b"\t", b"\n", b"(", b")", b"-", b"[1/2]", b"\xff", b"9"))
            data[at : at + random.choice((0, 1, 1, 30))] = piece
        path.write_bytes(data)
        for item in conllu.read(path):
            told += bool(item.faults)
            assert {fault.code for fault in item.faults} <= {"I001", "I002", "I201"}
            for mark in item.marks:
                assert all(0 <= start < end <= len(item.text) for start, end in mark.spans)
    assert told > 200


def test_in_the_old_form_some_mentions_have_an_identity_and_others_none(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        """
1 The Entity=(organization-4-Lenna_Navy
2 navy Entity=organization-4-Lenna_Navy)
3 left _
4 Lenna Entity=(place-1(place-2-Lenna)
5 Bay Entity=place-1)
6 for _
7 Holm-Sund Entity=(place-3-Holm-Sund)
8 it Entity=(organization-4-Lenna_Navy)
""",
    )
    found = one(path)
    assert found.faults == []
    assert [
        (words, found.marks[at].attributes) for at, (_, _, words) in enumerate(marked(found))
    ] == [
        ("The navy", {"entity": "Lenna_Navy"}),
        ("Lenna", {"entity": "Lenna"}),
        ("Lenna Bay", {}),
        ("Holm-Sund", {"entity": "Holm-Sund"}),
        ("it", {"entity": "Lenna_Navy"}),
    ]


def test_a_document_of_withheld_words_is_told_and_has_no_text(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        """
# newdoc id = GUM_made_withheld
# global.Entity = GRP-etype
# text = ___ ________ _
1 ___ Entity=(1-person)
2-3 ________ _
2 ____ _
3 ____ _
4 _ _
""",
        "# newdoc id = blanks\n# text = Write ____ here.\n"
        "1 Write _\n2 ____ _\n3 here SpaceAfter=No\n4 . _",
    )
    withheld, blanks = conllu.read(path)
    assert told(withheld) == [
        "harbour.conllu:4: I202 [GUM_made_withheld] the words are withheld: underscores; got "
        "'___ ________ _'; expected words; restore them first (GUM: get_text.py), or leave the "
        "document out"
    ]
    assert withheld.text == ""
    assert [mark.label for mark in withheld.marks] == ["person"], "what is refused is counted"
    assert (blanks.text, blanks.faults) == ("Write ____ here.", [])


@pytest.mark.parametrize(
    ("created", "about"),
    [
        ("2024-08-19", {"published": "2024-08-19"}),
        ("2024-08", {}),
        ("2024-02-30", {}),
        ("unknown", {}),
    ],
)
def test_gum_says_when_a_text_was_made(created: str, about: dict[str, str], tmp_path: Path) -> None:
    path = a_file(tmp_path, f"# newdoc id = d\n# meta::dateCreated = {created}\n1 Ada _")
    assert one(path).about == about


def test_fields_that_the_reader_has_no_name_for_are_attributes(tmp_path: Path) -> None:
    header = "# global.Entity = eid-etype-label-id-mood"
    path = a_file(
        tmp_path, f"{header}\n1 Ada Entity=(e1-person-x-7-glad)\n2 Bo Entity=(e2--place-8)"
    )
    assert [(mark.label, mark.attributes) for mark in one(path).marks] == [
        ("person", {"label": "x", "id": "7", "mood": "glad"}),
        ("place", {"id": "8"}),
    ]
