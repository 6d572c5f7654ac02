"""The questions of a built dataset in other harnesses: lm-evaluation-harness and Inspect.

`write` makes a folder that the harness reads: the files of `lm_eval_files` or `inspect_files`, the
scorer `parley_answers`, and where the data is. The folder needs the harness and the data, not
Parley.
"""

from collections.abc import Mapping
from pathlib import Path
from string import Template

from parley import files, json_io, ontology
from parley.dataset.read import manifest, splits

#: Tool -> (its files, the command that runs them all).
TOOLS = {
    "lm-eval": (
        "lm_eval_files",
        "lm_eval run --model hf --model_args pretrained=MODEL --include_path {out} --tasks parley",
    ),
    "inspect": ("inspect_files", "cd {out} && inspect eval parley_questions.py --model MODEL"),
}
_HERE = Path(__file__).parent


def write(tool: str, data: Path, out: Path, scheme: ontology.Ontology) -> list[Path]:
    """Writes a tool's files into the folder `out` and returns their paths.

    The data itself stays where it is: the files name the Parquet files of `data` by their absolute
    paths. Raises `IncidentError`: S001, S002, S003 as `dataset.read` does, `KeyError` for a tool
    that is not in `TOOLS`.
    """
    folder = _HERE / TOOLS[tool][0]
    found: dict[str, str] = {}
    for row in splits(data, manifest(data), "questions"):
        found[row["split"]] = (data / row["path"]).resolve().as_posix()
    sources = [path for path in folder.iterdir() if path.suffix in (".py", ".yaml", ".json", "")]
    sources = [path for path in sources if path.is_file()]
    values = _values(found, scheme)
    written = []
    for source in sorted([*sources, _HERE / "parley_answers.py"], key=lambda path: path.name):
        text = source.read_text("utf-8")
        if source.suffix != ".py":
            text = Template(text).substitute(values)
        files.write(out / source.name, text.encode())
        written.append(out / source.name)
    return written


def _values(data: Mapping[str, str], scheme: ontology.Ontology) -> dict[str, str]:
    """What stands in the files' placeholders; JSON is YAML too."""
    types = {label.name: label.definition for label in scheme.event}
    listed = "Types of event:\n" + "".join(f"{name}: {what}\n" for name, what in types.items())
    # lm-eval renders descriptions with Jinja.
    listed = listed.replace("{", "(").replace("}", ")")
    return {
        "data": json_io.dumps(dict(data)).decode(),
        "types": json_io.dumps(types).decode(),
        "types_told": json_io.dumps(f"{listed}\n").decode(),
    }
