"""README.md of a build as the Hub reads it: its YAML against the files and the manifest.

The Hub shows a card whose YAML is wrong without a word, and readers then load other splits, other
label names or nothing. Keys: huggingface.co/docs/hub/datasets-cards and
huggingface.co/docs/hub/datasets-manual-configuration; sizes: `datasets.info.DatasetInfosDict`.
"""

import re
from pathlib import Path
from typing import Any

from parley.dataset import hub_names
from parley.incidents import Incident, fault, one_of

JSON = dict[str, Any]
#: What a reader of the card or a search on the Hub needs.
REQUIRED = (
    "configs",
    "dataset_info",
    "language",
    "license",
    "pretty_name",
    "size_categories",
    "task_categories",
)
#: Licences that say nothing by themselves.
VAGUE = ("other", "unknown")
_BUILD = "run `parley build` again; if it stays, this is a defect: report it"


def check(folder: Path, manifest: JSON, where: str) -> list[Incident]:
    """H004 for every fault of the card, H003 for those of its licence.

    `where` is how reports name README.md.
    """
    try:
        text = (folder / "README.md").read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [fault("H004", where, f"the card cannot be read: {error}", do=_BUILD)]
    head = _head(text)
    if isinstance(head, str):
        return [fault("H004", where, head, do=_BUILD)]
    found = [
        fault("H004", where, "the YAML lacks a key", expected=key, do=_BUILD)
        for key in REQUIRED
        if head.get(key) in (None, "", [], {})
    ]
    found += _names(head, manifest, where)
    if isinstance(head.get("configs"), list):
        found += _configs(head["configs"], folder, manifest, where)
    if "dataset_info" in head:
        found += _sizes(head["dataset_info"], manifest, where)
    return found


def _head(text: str) -> JSON | str:
    """The YAML between the lines `---`; else what is wrong, in words."""
    import yaml

    match = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    if match is None:
        return "the card does not begin with YAML between two lines ---"
    try:
        head = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 2}" if mark else ""
        return f"the YAML cannot be parsed{line}: {getattr(error, 'problem', None) or error}"
    return head if isinstance(head, dict) else "the YAML is not a mapping of keys to values"


def _names(head: JSON, manifest: JSON, where: str) -> list[Incident]:
    """Values that the Hub has a list of; those of the licence under a code of their own."""
    found = []
    for key, what in hub_names.faults(head):
        do = "put it right in corpus/card.toml, then build"
        found.append(fault("H003" if key == "license" else "H004", where, what, do=do))
    if head.get("license") in VAGUE and not any(
        row["path"] == "LICENSE" for row in manifest["files"]
    ):
        what = f"the licence is {head['license']!r}, and the build has no LICENSE that says which"
        do = "name one in corpus/card.toml, or write its text into LICENSE-DATA, then build"
        found.append(fault("H003", where, what, do=do))
    return found


def _configs(rows: list[Any], folder: Path, manifest: JSON, where: str) -> list[Incident]:
    found = []
    named: dict[str, dict[str, str]] = {}
    defaults = []
    for row in rows:
        try:
            files = {item["split"]: item["path"] for item in row["data_files"]}
            name = str(row["config_name"])
        except (TypeError, KeyError):
            what = "a config without config_name, or data_files of split and path"
            found.append(fault("H004", where, what, got=row, do=_BUILD))
            continue
        named[name] = files
        if row.get("default"):
            defaults.append(name)
        for split, path in files.items():
            if not _inside(folder, path):
                what = f"the file of config {name}, split {split} is not in the build"
                found.append(fault("H004", where, what, got=path, do=_BUILD))
    listed = _listed(manifest)
    every = {(split, path) for files in listed.values() for split, path in files.items()}
    for name in sorted(listed.keys() | named.keys()):
        files = named.get(name, {})
        # A config that the manifest does not have is another view of files that it has.
        right = files == listed[name] if name in listed else every.issuperset(files.items())
        if not right and all(_inside(folder, path) for path in files.values()):
            what = f"the files of config {name} are not those of the manifest"
            wanted = ", ".join(listed.get(name, {}).values()) or "files of it, by their splits"
            got = ", ".join(files.values()) or "no such config"
            found.append(fault("H004", where, what, got=got, expected=wanted, do=_BUILD))
    wanted_default = [config["name"] for config in manifest["configs"] if config["default"]]
    if defaults != wanted_default:
        what = "not the one default config of the manifest"
        wanted = one_of(wanted_default)
        found.append(fault("H004", where, what, got=defaults, expected=wanted, do=_BUILD))
    return found


def _inside(folder: Path, path: object) -> bool:
    """Whether a path names a file of the folder and nothing outside it."""
    if not isinstance(path, str):
        return False
    file = folder / path
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


def _listed(manifest: JSON) -> dict[str, dict[str, str]]:
    """Config -> split -> path, of what has rows; `datasets` can load nothing else."""
    found: dict[str, dict[str, str]] = {}
    for row in manifest["files"]:
        if row.get("rows"):
            found.setdefault(row["config"], {})[row["split"]] = row["path"]
    return found


def _sizes(info: Any, manifest: JSON, where: str) -> list[Incident]:
    """Rows by split and bytes of each config, as `datasets` will expect them."""
    told = {
        row.get("config_name", "default"): row
        for row in (info if isinstance(info, list) else [info])
        if isinstance(row, dict)
    }
    found = []
    for config in manifest["configs"]:
        name = config["name"]
        rows = {split: number for split, number in config["rows"].items() if number}
        if not rows:
            continue
        size = sum(
            row["bytes"]
            for row in manifest["files"]
            if row.get("config") == name and row["split"] in rows
        )
        expected = {"rows": rows, "download_size": size}
        row = told.get(name)
        got = row and {
            "rows": {
                split.get("name"): split.get("num_examples")
                for split in row.get("splits") or []
                if isinstance(split, dict)
            },
            "download_size": row.get("download_size"),
        }
        if got != expected:
            what = f"dataset_info of config {name} is not what the manifest says"
            found.append(fault("H004", where, what, got=got, expected=str(expected), do=_BUILD))
    return found
