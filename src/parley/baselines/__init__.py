"""Baselines: systems that make predictions, from rules to language models, behind one protocol.

A baseline is a module of this package with

    configure(parser: argparse.ArgumentParser) -> None
        declares the options that are its own
    predict(args: argparse.Namespace, train: Sequence[Sample], documents: Sequence[Sample],
            tell: Callable[[str], None]) -> Made
        learns from `train` (gold rows included) and predicts `documents` (no gold in them);
        `args.seed` is always there; the same input and seed give the same rows

Libraries of an extra are imported inside functions, by `need`.
"""

import importlib
from dataclasses import dataclass, field
from typing import Any

#: Name -> one line for the list; the module is `MODULES[name]`.
BASELINES = {
    "rules": "lexicons learnt from the train split and general rules; all four layers",
    "crf": "linear-chain CRFs over tokens; mentions and event triggers",
    "spacy": "a spaCy pipeline trained from blank; mentions and event triggers",
    "gliner": "GLiNER, a zero-shot span labeller; mentions and event triggers",
    "hf": "a Hugging Face token classifier that exists; mentions",
    "llm": "a language model behind an OpenAI-compatible address; all four layers",
}
#: Baseline -> its module in this package (spaCy's has an underscore, not to hide the library).
MODULES = {name: name for name in BASELINES} | {"spacy": "spacy_", "gliner": "gliner_"}


@dataclass(frozen=True, slots=True)
class Made:
    """Predictions, and what is to be known about them.

    `rows` are lines of the prediction format (`schema/prediction.schema.json`), in the order of
    the documents. `details` goes into FILE.meta.json as it is: options in force, versions of
    libraries, the model, the digest of a prompt, cost.
    """

    rows: list[dict[str, Any]]
    details: dict[str, Any] = field(default_factory=dict)


class CannotRunError(Exception):
    """A baseline cannot run at all; the message says why and what to do."""


def need(module: str, extra: str) -> Any:
    """Imports a library that an extra installs.

    Raises `CannotRunError`, naming the extra, where it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise CannotRunError(
            f"the library {module} cannot be imported ({error}); "
            f"install it with: pip install 'parley[{extra}]'"
        ) from None
