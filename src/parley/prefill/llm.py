"""A language model behind an OpenAI-compatible address as a source of pre-annotations.

Whatever it answers, the work goes on: what resolves is kept, the rest is counted and reported by
code. An answer with faults is asked for once more, with the faults named. Answers are cached by a
digest of model and prompt, so that a second run asks nothing.
"""

import time
from collections.abc import Callable
from pathlib import Path

from parley.document import Annotations, Document
from parley.incidents import Incident
from parley.llm import prompt as prompts
from parley.llm.annotator import Annotator
from parley.llm.client import MOST_BYTES, Client
from parley.ontology import LAYERS, Ontology

#: Seconds to wait before the one retry of a failed request, where the server does not say, and the
#: longest wait that a server gets: an annotator is waiting, too.
PAUSE = 2.0
LONGEST_PAUSE = 30.0


class LanguageModel:
    """One model at one address."""

    name = "llm"

    def __init__(
        self,
        base_url: str,
        model: str,
        ontology: Ontology,
        *,
        layers: tuple[str, ...] = LAYERS,
        cache: Path | None = None,
        timeout: float = 120.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`base_url` ends before `/chat/completions` (`http://127.0.0.1:8000/v1`); `timeout` is in
        seconds, for a whole request. Raises `IncidentError` (A002) for an address that is none."""
        self.prompt = prompts.prompt(ontology, layers)
        self.layers = self.prompt.layers
        self.client = Client(
            base_url,
            model,
            cache=cache,
            timeout=timeout,
            retries=1,
            pause=PAUSE,
            longest_pause=LONGEST_PAUSE,
            most_bytes=MOST_BYTES,
            sleep=sleep,
        )

    @property
    def detail(self) -> str:
        """Model and prompt."""
        return f"model {self.client.model}, prompt {self.prompt.digest}"

    def annotate(
        self, document: Document, ontology: Ontology, given: Annotations
    ) -> tuple[Annotations, list[Incident]]:
        """Asks once a window of paragraphs, once more where the answer has faults."""
        found, parts = Annotator(self.client, self.prompt, ontology).annotate(document)
        return found, [item for part in parts for item in part.incidents]
