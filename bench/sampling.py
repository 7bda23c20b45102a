"""Where a process' CPU time goes, by looking at the main thread's stack whenever some of it has been spent."""

import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FrameType

# A kernel's timer is seldom finer.
EVERY_S = 0.004
ELSEWHERE = "event loop"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the work by its name, and the code that does it: a pattern within `path/of/the/file.py:function`."""

    name: str
    code: str


@dataclass(slots=True)
class Spent:
    """The CPU time of the process, and how often each part of the work was met."""

    cpu_s: float = 0.0
    met: Counter[str] = field(default_factory=Counter)

    def seconds(self, name: str) -> float:
        """The part's share of the CPU time."""
        return self.cpu_s * self.met[name] / (self.met.total() or 1)


@contextmanager
def sampled(parts: Sequence[Part]) -> Iterator[Spent]:
    """What is spent until the end: each part's is that of the samples whose innermost known frame is its.

    What no part knows is the event loop's own. Time in C is that of the Python that called it, or that it calls next.
    For the main thread alone, and where there are signals: not on Windows.
    """
    spent, patterns = Spent(), [(part.name, re.compile(part.code)) for part in parts]

    @cache
    def part_of(code: CodeType) -> str | None:
        where = f"{code.co_filename}:{code.co_qualname}"
        return next((name for name, pattern in patterns if pattern.search(where)), None)

    def look(_signal: int, frame: FrameType | None) -> None:
        spent.met[next(filter(None, map(part_of, _codes(frame))), ELSEWHERE)] += 1

    before, began = signal.signal(signal.SIGPROF, look), time.process_time()
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    try:
        yield spent
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        spent.cpu_s = time.process_time() - began
        signal.signal(signal.SIGPROF, before)


def _codes(frame: FrameType | None) -> Iterator[CodeType]:
    """The code of the frames, from the innermost out."""
    while frame:
        yield frame.f_code
        frame = frame.f_back
