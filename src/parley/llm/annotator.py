"""A document through a language model: one question a window of paragraphs, one more on faults."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from parley.document import Annotations, Document, Paragraph, digest, nest, order
from parley.incidents import Incident
from parley.llm import prompt as prompts
from parley.llm.answers import Answer, read
from parley.llm.client import Client, FailedError, Reply
from parley.ontology import Ontology


@dataclass(slots=True)
class Part:
    """What became of one window: code points `start` to `end` of the document. `failed` is a
    request that got no usable reply, the first or the one that named the faults."""

    start: int
    end: int
    answer: Answer
    replies: list[Reply] = field(default_factory=list)
    failed: FailedError | None = None

    @property
    def incidents(self) -> list[Incident]:
        """What was wrong with the answer that counts, then with a request."""
        return self.answer.faults + ([self.failed.incident] if self.failed else [])


@dataclass(slots=True)
class Annotator:
    """Asks `client`; `window` is the most characters of text in one question (a longer paragraph
    stands alone); with `repair` an answer that has faults is asked for once more, with the faults
    named, and the better one counts. `predicted`: see `answers.read`."""

    client: Client
    prompt: prompts.Prompt
    ontology: Ontology
    window: int = prompts.CHUNK
    repair: bool = True
    predicted: bool = False

    def annotate(self, document: Document) -> tuple[Annotations, list[Part]]:
        """The annotations of all windows, and what became of each; of those up to one whose failure
        is hopeless. Nothing is raised for what a server or a model does."""
        text = document.text or ""
        found = Annotations(document.id, digest(text), len(text), self.prompt.layers)
        parts = []
        windows = prompts.chunks(document, self.ontology, self.window)
        for number, paragraphs in enumerate(windows, start=1):
            part = self._ask(document, paragraphs)
            parts.append(part)
            if part.answer.annotations is not None:
                _add(found, part.answer.annotations, f"c{number}")
            if part.failed and part.failed.hopeless:
                break
        nest(found)
        order(found)
        return found, parts

    def _ask(self, document: Document, paragraphs: Sequence[Paragraph]) -> Part:
        part = Part(paragraphs[0].start, paragraphs[-1].end, Answer(None))
        text = prompts.masked(document.text or "", paragraphs)
        messages = self.prompt.messages(prompts.question(document, paragraphs))
        try:
            reply = self.client.ask(messages, document.id)
            part.replies.append(reply)
            part.answer = self._read(reply, text, document.id)
            if not self.repair or part.answer.good:
                return part
            messages += [
                {"role": "assistant", "content": reply.content[:20_000]},
                {"role": "user", "content": prompts.complaint(part.answer.faults)},
            ]
            reply = self.client.ask(messages, document.id)
        except FailedError as error:
            part.failed = error
            return part
        part.replies.append(reply)
        second = self._read(reply, text, document.id)
        first = part.answer
        if second.annotations is not None and (
            first.annotations is None or second.kept >= first.kept
        ):
            part.answer = second
        return part

    def _read(self, reply: Reply, text: str, doc_id: str) -> Answer:
        return read(
            reply,
            text,
            doc_id,
            self.ontology,
            self.prompt.layers,
            self.client.where,
            predicted=self.predicted,
        )


def _add(found: Annotations, part: Annotations, mark: str) -> None:
    """Adds the annotations of one answer, in which alone ids are unique."""
    _mark(part, mark)
    found.mentions += part.mentions
    found.events += part.events
    found.attributions += part.attributions
    found.stances += part.stances


def _mark(found: Annotations, mark: str) -> None:
    for mention in found.mentions:
        mention.id = f"{mark}-{mention.id}"
    for attribution in found.attributions:
        attribution.id = f"{mark}-{attribution.id}"
    for event in found.events:
        event.id = f"{mark}-{event.id}"
        for argument in event.arguments:
            argument.target = f"{mark}-{argument.target}"
    for stance in found.stances:
        stance.id = f"{mark}-{stance.id}"
        stance.target = f"{mark}-{stance.target}"
        stance.holder = f"{mark}-{stance.holder}" if stance.holder else None
