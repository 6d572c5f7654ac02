"""What the baselines that load a transformer have in common: where it is, and what it can read."""

import argparse
import hashlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parley import arguments
from parley.baselines import CannotRunError

#: Read at once where neither the tokenizer nor the configuration says how much.
DEFAULT_TOKENS = 512
#: Models whose position embeddings begin after the padding's (fairseq's numbering).
_OFFSET = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "longformer", "mpnet"}


def options(parser: argparse.ArgumentParser) -> None:
    """Declares where the model is, and how it is run."""
    parser.add_argument(
        "--model",
        required=True,
        metavar="NAME_OR_DIR",
        help="a folder with the model, or its name on the Hugging Face Hub",
    )
    parser.add_argument("--revision", metavar="REV", help="a branch, tag or commit of the Hub")
    parser.add_argument(
        "--device", default="auto", help="cpu, cuda, cuda:1, mps (default: cuda where there is one)"
    )
    parser.add_argument(
        "--batch-size",
        type=arguments.whole(1_000_000, 1),
        default=8,
        metavar="N",
        help="windows at once (default: 8)",
    )
    parser.add_argument(
        "--max-tokens",
        type=arguments.whole(1_000_000, 1),
        metavar="N",
        help="length of a window in the model's tokens (default: the most that the model reads)",
    )


def loaded(name: str, load: Callable[[], Any]) -> Any:
    """What `load` gives, with the faults of loading put into words.

    Libraries of models raise all kinds for one that is not there or not theirs.
    """
    try:
        return load()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        folder = Path(name).is_dir()
        raise CannotRunError(
            f"the model {name} cannot be loaded: {first}; "
            + (
                "expected a folder that save_pretrained wrote, with the tokenizer in it"
                if folder
                else "expected a folder, or a name on the Hugging Face Hub and a way to reach it"
            )
        ) from error


def device(args: argparse.Namespace, torch: Any) -> str:
    """The device to run on; raises `CannotRunError` for one that torch cannot use."""
    if args.device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=args.device)
    except (RuntimeError, AssertionError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise CannotRunError(f"--device {args.device} cannot be used: {first}") from None
    return str(args.device)


def most_tokens(args: argparse.Namespace, tokenizer: Any, config: Any) -> int:
    """How many tokens the model reads at once, its special ones included; `--max-tokens` lowers it.

    The least of the tokenizer's `model_max_length` and the positions that the model has embeddings
    for. DeBERTa with relative positions only has no such bound.
    """
    # A tokenizer that does not know says so with a number beyond all use (1e30).
    found = [tokenizer.model_max_length] if tokenizer.model_max_length < 10**9 else []
    positions = getattr(config, "max_position_embeddings", None)
    relative = getattr(config, "relative_attention", False)
    if positions and positions > 0 and not (relative and not config.position_biased_input):
        offset = config.pad_token_id + 1 if config.model_type in _OFFSET else 0
        found.append(positions - offset)
    most = min(found, default=DEFAULT_TOKENS)
    if args.max_tokens is None:
        return int(most)
    if args.max_tokens > most and found:
        raise CannotRunError(f"--max-tokens {args.max_tokens} is more than the model reads: {most}")
    return int(args.max_tokens)


def identity(name: str, config: Any, *libraries: str) -> dict[str, Any]:
    """Which model this was: its name, its commit on the Hub or the digest of its weights, and the
    versions of the libraries."""
    made: dict[str, Any] = {"model": name, "revision": getattr(config, "_commit_hash", None)}
    folder = Path(name)
    if folder.is_dir():
        # The folder's own name: where it lies is nobody's business who reads the predictions.
        made["model"] = folder.resolve().name
        made["weights_sha256"] = {
            file.name: _digest(file)
            for pattern in ("*.safetensors", "*.bin")
            for file in sorted(folder.glob(pattern))
        }
    made["versions"] = {library: version(library) for library in libraries}
    return made


def _digest(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
