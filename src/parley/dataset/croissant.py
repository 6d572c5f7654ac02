"""croissant.json of a built folder: Croissant 1.1 with the vocabulary for responsible AI, RAI 1.0.

Specifications: docs/croissant-spec-1.1.md and docs/croissant-rai-spec.md of mlcommons/croissant;
mlcroissant 1.1.1 reads and checks it. Fields are those of `features.CONFIGS`; lists of structs are
arrays of sub-fields. Labels are integers, as in the files; a record set of its own for each closed
list has their names.

Addresses of files are relative, which means relative to this file wherever it is: in the folder, in
a copy of it, or at a revision on the Hub. mlcroissant resolves them in folders only. Each file is
named with its sha256; record sets read a set of files without a container, since mlcroissant 1.1.1
gives no records of a set that is contained in single files.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from parley.dataset import card, hub_names
from parley.dataset.about import About
from parley.dataset.features import CONFIGS, Config, Field, Label, ListOf, Struct, Type, label_names
from parley.dataset.manifest import Contents
from parley.ontology import Ontology

NAME = "croissant.json"
JSON = dict[str, Any]

#: The context of the specification's appendix 1, as mlcroissant writes it, with `rai`.
CONTEXT: JSON = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
#: Property of RAI 1.0 -> the words of corpus/card.toml.
RAI = {
    "dataCollection": "collection",
    "dataCollectionRawData": "producers",
    "dataAnnotationProtocol": "annotation",
    "annotatorDemographics": "annotators",
    "personalSensitiveInformation": "personal",
    "dataBiases": "biases",
    "dataSocialImpact": "social_impact",
    "dataLimitations": "limitations",
    "dataUseCases": "uses",
    "dataReleaseMaintenancePlan": "maintenance",
}
_FORMATS = {
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonlines",
    "md": "text/markdown",
    "svg": "image/svg+xml",
    "yaml": "application/yaml",
}
_TYPES = {
    "string": "sc:Text",
    "bool": "sc:Boolean",
    "int32": "cr:Int32",
    "timestamp": "sc:DateTime",
}


def make(contents: Contents, files: Sequence[JSON]) -> JSON:
    """The whole file, from a build and the manifest's `files` without croissant.json itself."""
    about, ontology = contents.about, contents.ontology
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": about.name,
        "description": f"{about.title}. {about.about}",
        "version": about.version,
        **({"datePublished": about.released} if about.released else {}),
        **({"url": about.url} if about.url else {}),
        "license": hub_names.licence_url(about.license) or about.license_name or about.license,
        "creator": {"@type": "sc:Organization", "name": about.authors},
        "inLanguage": list(about.languages),
        "keywords": list(about.tags),
        "citeAs": card.bibtex(contents),
        "isLiveDataset": False,
        **_responsible(about),
        "distribution": [*map(_file, files), *(_files(config) for config in CONFIGS)],
        "recordSet": [
            *(_records(config, ontology) for config in CONFIGS),
            *(_labels(key, ontology) for key in sorted(set(_lists()))),
        ],
    }


def _responsible(about: About) -> JSON:
    found = {f"rai:{name}": getattr(about, key) for name, key in RAI.items()}
    found["rai:dataAnnotationPlatform"] = "Label Studio"
    found["rai:dataPreprocessingProtocol"] = (
        "Texts are decoded UTF-8 with LF line ends; nothing else is changed. Paragraph kinds, "
        "sentences and tokens are made by the toolchain."
    )
    return {name: text for name, text in found.items() if text}


def _file(row: JSON) -> JSON:
    ending = row["path"].rpartition(".")[2]
    return {
        "@type": "cr:FileObject",
        "@id": row["path"],
        "name": row["path"],
        "contentUrl": row["path"],
        "contentSize": f"{row['bytes']} B",
        "encodingFormat": _FORMATS.get(ending, "text/plain"),
        "sha256": row["sha256"],
    }


def _set(config: Config) -> str:
    return f"{config.name}-files"


def _files(config: Config) -> JSON:
    return {
        "@type": "cr:FileSet",
        "@id": _set(config),
        "name": _set(config),
        "description": f"The Parquet files of `{config.name}`, one for each split.",
        # What mlcroissant 1.1.1 reads; the registered name is not known to it.
        "encodingFormat": "application/x-parquet",
        "includes": f"{config.name}/*.parquet",
    }


def _records(config: Config, ontology: Ontology) -> JSON:
    key = config.fields[0].name
    return {
        "@type": "cr:RecordSet",
        "@id": config.name,
        "name": config.name,
        "description": f"One record is {config.row}.",
        "key": {"@id": f"{config.name}/{key}"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{config.name}/split",
                "name": "split",
                "description": "The split that the record is in.",
                "dataType": "sc:Text",
                "source": {
                    "fileSet": {"@id": _set(config)},
                    "extract": {"fileProperty": "fullpath"},
                    "transform": {
                        "regex": rf"^{config.name}/({'|'.join(ontology.splits)})-.+\.parquet$"
                    },
                },
            },
            *(_field(config, field, ontology) for field in config.fields),
        ],
    }


def _field(config: Config, field: Field, ontology: Ontology) -> JSON:
    at = f"{config.name}/{field.name}"
    found = _named(at, field, ontology)
    kind = field.type.item if isinstance(field.type, ListOf) else field.type
    if isinstance(field.type, ListOf):
        found |= {"isArray": True, "arrayShape": "-1"}
    if not isinstance(kind, Struct):
        return {**found, "dataType": _type(kind), "source": _source(config, field.name)}
    found["subField"] = [
        {
            **_named(f"{at}/{inner.name}", inner, ontology),
            "dataType": _type(inner.type),
            "source": _source(config, field.name, inner.name),
        }
        for inner in kind.fields
    ]
    return found


def _named(at: str, field: Field, ontology: Ontology) -> JSON:
    kind = field.type.item if isinstance(field.type, ListOf) else field.type
    more = ""
    if isinstance(kind, Label):
        names = label_names(kind.names, ontology)
        more = f" A position in the record set `labels-{kind.names}`, 0 to {len(names) - 1}."
    return {
        "@type": "cr:Field",
        "@id": at,
        "name": field.name,
        "description": field.description + more,
    }


def _source(config: Config, column: str, member: str = "") -> JSON:
    found: JSON = {"fileSet": {"@id": _set(config)}, "extract": {"column": column}}
    if member:
        found["transform"] = {"jsonPath": member}
    return found


def _type(kind: Type) -> str:
    if isinstance(kind, Label):
        return "cr:Int64"
    assert not isinstance(kind, ListOf | Struct), "a list inside a list of structs"
    return _TYPES[kind.name]


def _lists() -> Iterator[str]:
    """The closed lists of labels that the configs use."""

    def walk(fields: Sequence[Field]) -> Iterator[str]:
        for field in fields:
            kind = field.type.item if isinstance(field.type, ListOf) else field.type
            if isinstance(kind, Label):
                yield kind.names
            elif isinstance(kind, Struct):
                yield from walk(kind.fields)

    for config in CONFIGS:
        yield from walk(config.fields)


def _labels(key: str, ontology: Ontology) -> JSON:
    at = f"labels-{key}"
    columns = (
        ("position", "cr:Int64", "What the files hold."),
        ("label", "sc:Text", "What it stands for."),
    )
    return {
        "@type": "cr:RecordSet",
        "@id": at,
        "name": at,
        "description": f"The labels of the closed list `{key}`, in the order of their integers.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{at}/position"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{at}/{name}",
                "name": name,
                "description": what,
                "dataType": kind,
            }
            for name, kind, what in columns
        ],
        "data": [
            {f"{at}/position": place, f"{at}/label": name}
            for place, name in enumerate(label_names(key, ontology))
        ],
    }
