"""eval.yaml of a built folder: its questions as tasks of the Hub's benchmark datasets.

The form is that of the Hub (docs/hub/eval-results.md of huggingface/hub-docs, "Registering a
Benchmark") with the members that Inspect reads to run a task (`inspect eval hf/OWNER/NAME/TASK`;
`inspect_ai._eval.task.hf.HFTask`, Inspect 0.3.285). Inspect cannot select rows, so each task has a
config of its own in the card's YAML: the files of `questions` behind a filter.
"""

from collections.abc import Mapping
from typing import Any

from parley.dataset import manifest
from parley.dataset.about import About
from parley.dataset.features import QUESTIONS
from parley.dataset.questions import TASKS
from parley.ontology import Ontology

#: Split -> name of a count -> number (`Contents.counts`, or the manifest's).
Counts = Mapping[str, Mapping[str, int]]
NAME = "eval.yaml"
#: The split that a benchmark is run on.
SPLIT = "test"
_OPEN = "Answer with words copied from the text, as few as name it, and nothing else."
_PROMPT = "Text: {context}\n\nQuestion: {prompt}"


def config(task: str) -> str:
    """The name of the config that holds one task's questions."""
    return f"{QUESTIONS.name}_{task}"


def tasks(counts: Counts) -> list[str]:
    """The tasks that have questions in the split that a benchmark is run on."""
    return [task for task in TASKS if _number(counts, SPLIT, task)]


def _number(counts: Counts, split: str, task: str) -> int:
    return counts.get(split, {}).get(f"question/{task}", 0)


def configs(about: About, counts: Counts) -> list[dict[str, Any]]:
    """The configs of the tasks, for the card's YAML, over the splits that have questions of each:
    `datasets` cannot load others.

    `counts` are a build's, by split. `filters` is that of `datasets` (4.0 or later): a list of
    alternatives, each a list of conditions, each column, operator and value.
    """
    return [
        {
            "config_name": config(task),
            "version": about.version,
            "data_files": [
                {"split": split, "path": manifest.path(QUESTIONS.name, split)}
                for split in counts
                if _number(counts, split, task)
            ],
            "filters": [[["task", "==", task]]],
        }
        for task in tasks(counts)
    ]


def make(about: About, ontology: Ontology, counts: Counts) -> str:
    """The whole file: the tasks that have questions; `counts` as of `configs`."""
    import yaml

    named = tasks(counts)
    found = {
        "name": about.name,
        "description": (
            f"{about.title}. Questions about whole articles, answered by their annotations: "
            + "; ".join(TASKS[name].asks for name in named)
            + "."
        ),
        "evaluation_framework": "inspect-ai",
        "tasks": [_task(name, ontology) for name in named],
    }
    text: str = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=96)
    return text


def _task(name: str, ontology: Ontology) -> dict[str, Any]:
    prompt = _PROMPT
    if name == "event_type":
        # The other choices say what they are.
        told = "".join(f"{label.name}: {label.definition}\n" for label in ontology.event)
        prompt = f"Types of event:\n{_literal(told)}\n{prompt}"
    solvers: list[dict[str, Any]] = [{"name": "prompt_template", "args": {"template": prompt}}]
    if TASKS[name].choices:
        fields = {"target": "label", "choices": "choices"}
        solvers.append({"name": "multiple_choice"})
        scorers = ["choice"]
    else:
        fields = {"target": "answer"}
        solvers.insert(0, {"name": "system_message", "args": {"template": _OPEN}})
        solvers.append({"name": "generate"})
        scorers = ["exact", "f1"]
    return {
        "id": name,
        "config": config(name),
        "split": SPLIT,
        "field_spec": {"input": "question", **fields, "metadata": ["context"]},
        "solvers": solvers,
        "scorers": [{"name": one} for one in scorers],
    }


def _literal(text: str) -> str:
    """`text` with its braces kept from being taken for places to fill in."""
    return text.replace("{", "{{").replace("}", "}}")
