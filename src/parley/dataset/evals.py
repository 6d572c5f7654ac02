"""eval.yaml of a built folder: its questions as tasks of the Hub's benchmark datasets.

The form is that of the Hub (docs/hub/eval-results.md of huggingface/hub-docs, "Registering a
Benchmark") with the members that Inspect reads to run a task (`inspect eval hf/OWNER/NAME/TASK`;
`inspect_ai._eval.task.hf.HFTask`, Inspect 0.3.285). Inspect cannot select rows, so each task has a
config of its own in the card's YAML: the files of `questions` behind a filter.
"""

from typing import Any

from parley.dataset.about import About
from parley.dataset.features import QUESTIONS
from parley.dataset.questions import TASKS
from parley.ontology import Ontology

NAME = "eval.yaml"
#: The split that a benchmark is run on.
SPLIT = "test"
_OPEN = "Answer with words copied from the text, as few as name it, and nothing else."
_PROMPT = "Text: {context}\n\nQuestion: {prompt}"


def config(task: str) -> str:
    """The name of the config that holds one task's questions."""
    return f"{QUESTIONS.name}_{task}"


def configs(about: About, files: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The configs of the tasks, for the card's YAML, over the `data_files` of `questions`.

    `filters` is that of `datasets` (4.0 or later): a list of alternatives, each a list of
    conditions, each column, operator and value.
    """
    return [
        {
            "config_name": config(task),
            "version": about.version,
            "data_files": files,
            "filters": [[["task", "==", task]]],
        }
        for task in TASKS
    ]


def make(about: About, ontology: Ontology) -> str:
    """The whole file."""
    import yaml

    found = {
        "name": about.name,
        "description": (
            f"{about.title}. Questions about whole articles, answered by their annotations: "
            + "; ".join(task.asks for task in TASKS.values())
            + "."
        ),
        "evaluation_framework": "inspect-ai",
        "tasks": [_task(name, ontology) for name in TASKS],
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
