"""`watch`: a fault is shown as it is made, and that it is mended."""

import json
import threading
from queue import Empty, Queue
from typing import Any

from tests.studio import made
from tests.studio.desk import Desk, gone
from tests.studio.test_pull_push import BAD, DOC, annotation, change, send


class Lines:
    """The JSON lines of a process, as they come."""

    def __init__(self, process: Any) -> None:
        self._queue: Queue[str] = Queue()
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, stream: Any) -> None:
        for line in stream:
            self._queue.put(line)

    def next(self, doc_id: str) -> Any:
        """The next line about a document, waited for with patience."""
        while True:
            try:
                row = json.loads(self._queue.get(timeout=90))
            except Empty:
                raise AssertionError(f"nothing was said of {doc_id}") from None
            if row["doc_id"] == doc_id:
                return row


def annotated(desk: Desk) -> None:
    send(desk, [task for task in made.annotated(desk.root) if task["data"]["doc_id"] == DOC])


def test_watch_once_is_clean_or_names_the_fault_with_its_link(desk: Desk) -> None:
    desk.good("studio", "up", "--documents", f"{DOC},dry-dock-1")
    annotated(desk)
    assert "clean" in desk.good("studio", "watch", "--once").out
    change(desk, DOC, [*annotation(desk)["result"], BAD])
    done = desk.run("studio", "watch", "--once")
    assert done.code == 1
    task = desk.tasks(desk.projects()["Parley"])[DOC]["id"]
    assert f"?task={task}" in done.out and "X0" in done.out and "bad" in done.out


def test_a_live_watch_tells_a_fault_and_its_mending_and_outlives_a_restart(own: Desk) -> None:
    own.good("studio", "up")
    annotated(own)
    port = own.url.rpartition(":")[2]
    good = annotation(own)["result"]
    with gone(own.spawn("studio", "watch", "--json", "--interval", "0.5")) as process:
        lines = Lines(process)
        assert lines.next(DOC)["incidents"] == []
        change(own, DOC, [*good, BAD])
        row = lines.next(DOC)
        assert [item["code"][0] for item in row["incidents"]] == ["X"]
        own.good("studio", "down")
        own.good("studio", "up", "--port", port)
        assert process.poll() is None
        change(own, DOC, good)
        row = lines.next(DOC)
        assert row["incidents"] == []
        assert [item["code"][0] for item in row["mended"]] == ["X"]
