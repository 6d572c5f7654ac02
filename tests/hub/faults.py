"""What the loopback Hub can be told to do wrong."""

import re
import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Fault:
    """What befalls a request whose `METHOD /path` the pattern `on` is found in.

    The first `skip` such requests are let through, then every `every`th has the fault, `times` in
    all (None: for good). The fault is one of: an answer of `status` with the words `says`;
    `cut`: the connection ends after so many bytes of the body; `lost`: the work is done, then the
    connection ends without an answer; `wrong`: the answer's body has other bytes; `hold`: the
    request waits till `release` is called, then goes on. `reached` is set when it first happens.
    """

    on: str
    status: int | None = None
    says: str = "Internal Error - We're working hard to fix this as soon as possible!"
    cut: int | None = None
    lost: bool = False
    wrong: bool = False
    hold: bool = False
    skip: int = 0
    every: int = 1
    times: int | None = None
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    seen: int = 0
    done: int = 0

    def strikes(self, request: str) -> bool:
        """Whether this request has it."""
        if not re.search(self.on, request) or self.times == self.done:
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.seen - self.skip) % self.every:
            return False
        self.done += 1
        self.reached.set()
        return True

    def release(self) -> None:
        """Lets held requests go on."""
        self.released.set()


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Puts a fault in force."""
        with self._lock:
            self._all.append(fault)
        return fault

    def clear(self) -> None:
        """Puts all right, and lets go of what is held."""
        with self._lock:
            for fault in self._all:
                fault.release()
            self._all.clear()

    def of(self, request: str) -> Fault | None:
        """The fault of a request, given as `METHOD /path`."""
        with self._lock:
            return next((fault for fault in self._all if fault.strikes(request)), None)
