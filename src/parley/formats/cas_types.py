"""The UIMA type system of what is written: DKPro Core's types, and custom layers for ours.

Custom layers are made as WebAnno and INCEpTION make theirs: a span layer is a type
`webanno.custom.NAME` over `uima.tcas.Annotation`, a link feature an array of a type with `role` and
`target`. Spans are contiguous there, so the further parts of a cue are annotations of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
TOKEN = f"{DKPRO}.segmentation.type.Token"
SENTENCE = f"{DKPRO}.segmentation.type.Sentence"
DIV = f"{DKPRO}.segmentation.type.Div"
PARAGRAPH = f"{DKPRO}.segmentation.type.Paragraph"
NAMED_ENTITY = f"{DKPRO}.ner.type.NamedEntity"
METADATA = f"{DKPRO}.metadata.type.DocumentMetaData"
ARTICLE = "webanno.custom.Article"
MENTION = "webanno.custom.Mention"
EVENT = "webanno.custom.Event"
ATTRIBUTION = "webanno.custom.Attribution"
PART = "webanno.custom.AttributionPart"
STANCE = "webanno.custom.Stance"
#: Layer type -> its link feature and the type of a link.
LINKS = {
    EVENT: ("arguments", "webanno.custom.EventArgumentsLink"),
    ATTRIBUTION: ("parts", "webanno.custom.AttributionPartsLink"),
    STANCE: ("ends", "webanno.custom.StanceEndsLink"),
}
_STRING = "uima.cas.String"
_ANNOTATION = "uima.tcas.Annotation"


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its own string features by name; `link` where it has a link feature."""

    name: str
    parent: str
    features: tuple[str, ...] = ()
    link: tuple[str, str] | None = None


#: Every type that is written, each after its parent.
TYPES = (
    Type(METADATA, "uima.tcas.DocumentAnnotation", ("documentTitle", "documentId", "collectionId")),
    Type(SENTENCE, _ANNOTATION, ("id",)),
    Type(TOKEN, _ANNOTATION),
    Type(DIV, _ANNOTATION, ("divType", "id")),
    Type(PARAGRAPH, DIV),
    Type(NAMED_ENTITY, _ANNOTATION, ("value", "identifier")),
    Type(
        ARTICLE,
        "uima.cas.AnnotationBase",
        ("form", "published", "source", "status", "section", "facts", "layers"),
    ),
    Type(MENTION, _ANNOTATION, ("id", "label", "mention_type", "entity", "value")),
    Type(
        EVENT,
        _ANNOTATION,
        ("id", "label", "mode", "polarity", "modality", "tense", "event"),
        LINKS[EVENT],
    ),
    Type(ATTRIBUTION, _ANNOTATION, ("id", "style", "kind", "source_kind"), LINKS[ATTRIBUTION]),
    Type(PART, _ANNOTATION, ("id", "label")),
    Type(STANCE, _ANNOTATION, ("id", "label"), LINKS[STANCE]),
)


def type_system() -> bytes:
    """`TypeSystem.xml`."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">',
        "  <types>",
    ]
    for type_ in TYPES:
        features = [_feature(name, _STRING) for name in type_.features]
        if type_.link:
            name, link = type_.link
            features.append(_feature(name, "uima.cas.FSArray", link))
        lines += _type(type_.name, type_.parent, features)
    for _, link in LINKS.values():
        ends = [_feature("role", _STRING), _feature("target", _ANNOTATION)]
        lines += _type(link, "uima.cas.TOP", ends)
    return ("\n".join([*lines, "  </types>", "</typeSystemDescription>"]) + "\n").encode()


def _type(name: str, parent: str, features: list[str]) -> Iterator[str]:
    yield "    <typeDescription>"
    yield f"      <name>{escape(name)}</name>"
    yield "      <description/>"
    yield f"      <supertypeName>{escape(parent)}</supertypeName>"
    if features:
        yield "      <features>"
        yield from features
        yield "      </features>"
    yield "    </typeDescription>"


def _feature(name: str, kind: str, element: str | None = None) -> str:
    more = ""
    if element is not None:
        more = (
            f"<elementType>{element}</elementType>"
            "<multipleReferencesAllowed>false</multipleReferencesAllowed>"
        )
    return (
        f"        <featureDescription><name>{name}</name><description/>"
        f"<rangeTypeName>{kind}</rangeTypeName>{more}</featureDescription>"
    )


def prefixes() -> dict[str, tuple[str, str]]:
    """Type name -> its XML name with prefix, and the namespace of that prefix (UIMA's XMI rule:
    the package with slashes)."""
    found: dict[str, str] = {}
    names = {}
    for name in (*(type_.name for type_ in TYPES), *(link for _, link in LINKS.values())):
        package, _, short = name.rpartition(".")
        uri = f"http:///{package.replace('.', '/')}.ecore"
        prefix = found.setdefault(uri, f"t{len(found)}")
        names[name] = f"{prefix}:{short}", uri
    return names
