"""Work spread over processes: each worker is a fresh interpreter that holds one tool and uses it per task.

Workers are started as commands, not forked or spawned by `multiprocessing`, so that a caller's
script needs no guard; one that dies costs only the task it was at.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

_START = "import sys; sys.path.insert(0, sys.argv[1]); from mingzhang.jobs import work; work()"
_TASKS = 200
"""Tasks after which a worker makes place for a fresh one, so that memory stays flat."""

_FEW = 8
"""Up to so many tasks, starting workers takes longer than it saves."""

_GARBAGE = 50_000
"""Objects that a worker makes before it looks for cycles among them: rare ones, and looking takes long."""

_LIMIT = 900
"""Seconds that one task may take."""

_GRACE = 3
"""Seconds in which a worker may end by itself."""

Tool = Callable[..., Any]
_Tasks = queue.SimpleQueue[tuple[int, tuple[Any, ...]] | None]


class LostError(Exception):
    """The worker died or took too long at the task."""


class Limits(NamedTuple):
    """What one task may use: seconds, and bytes of memory where the system can bound a process."""

    seconds: float = _LIMIT
    memory: int | None = None


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usual(tasks: int) -> int:
    """How many workers so many tasks are worth by themselves."""
    return min(cores(), tasks) if tasks > _FEW else 1


class Crew:
    """Workers that use ``make(*settings)`` on tasks; ``make`` has to be importable by name.

    With one worker or none and without ``limits`` the work is done here, in turn. To be used in a
    ``with`` statement, at whose end the workers end, whatever they are at.
    """

    def __init__(
        self, make: Callable[..., Tool], settings: Sequence[Any], workers: int, limits: Limits | None = None
    ) -> None:
        self._waiting: _Tasks = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._tool = make(*settings) if workers <= 1 and limits is None else None
        bounds = limits or Limits()
        setup = pickle.dumps((make, tuple(settings), bounds.memory))
        count = max(workers, 1) if self._tool is None else 0
        self._hands = [_Hand(setup, bounds.seconds, self._waiting, self._done) for _ in range(count)]

    def __enter__(self) -> Self:
        for hand in self._hands:
            hand.start()
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            self._waiting.put(None)
            hand.stop()

    def results(self, tasks: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        """The number of each task with what the tool gives for it, as they are finished.

        An exception of the tool is given as the result, as is LostError. Tasks are taken from their
        iterator only as workers come near to them.
        """
        if self._tool is not None:
            for number, task in enumerate(tasks):
                yield number, _result(self._tool, task)
            return
        begun = 0
        for number, task in enumerate(tasks):
            self._waiting.put((number, task))
            begun += 1
            if begun > 2 * len(self._hands):
                yield self._next()
                begun -= 1
        for _ in range(begun):
            yield self._next()

    def _next(self) -> tuple[int, Any]:
        while True:
            with suppress(queue.Empty):  # a wait without end cannot be interrupted everywhere
                return self._done.get(timeout=0.5)


def _result(tool: Tool, task: tuple[Any, ...]) -> Any:
    try:
        return tool(*task)
    except Exception as error:
        return error


class _Hand(threading.Thread):
    """Feeds one worker after the other with tasks."""

    def __init__(
        self, setup: bytes, seconds: float, waiting: _Tasks, done: queue.SimpleQueue[tuple[int, Any]]
    ) -> None:
        super().__init__(daemon=True)
        self.setup, self.seconds, self.waiting, self.done = setup, seconds, waiting, done
        self.worker: subprocess.Popen[bytes] | None = None
        self.asking = self.stopped = False

    def run(self) -> None:
        """Take tasks until there is none to come."""
        used = 0
        while (item := self.waiting.get()) is not None:
            number, task = item
            if used == _TASKS:
                self._retire()
                used = 0
            used += 1
            self.asking = True
            try:
                result = self._ask(task)
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):
                self._retire()
                result = LostError()
            self.asking = False
            if self.stopped:
                break
            self.done.put((number, result))
        self._retire()

    def _ask(self, task: tuple[Any, ...]) -> Any:
        if self.worker is None:
            self.worker = self._start()
            assert self.worker.stdin is not None
            self.worker.stdin.write(self.setup)
        worker = self.worker
        assert worker.stdin is not None
        assert worker.stdout is not None
        guard = threading.Timer(self.seconds, worker.kill)
        guard.start()
        try:
            pickle.dump(task, worker.stdin)
            worker.stdin.flush()
            return pickle.load(worker.stdout)
        finally:
            guard.cancel()

    def _start(self) -> subprocess.Popen[bytes]:
        package = str(Path(__file__).parents[1])
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _START, package], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def _retire(self) -> None:
        """Let the worker end by itself: nothing more comes."""
        worker, self.worker = self.worker, None
        if worker is None:
            return
        with suppress(OSError):
            if worker.stdin is not None:
                worker.stdin.close()
        if worker.stdout is not None:
            worker.stdout.close()
        worker.wait()

    def stop(self) -> None:
        """End the worker, whatever it is at; one at nothing ends by itself."""
        self.stopped = True
        if not self.asking:
            self.join(_GRACE)
        worker = self.worker
        if worker is None or worker.poll() is not None:
            return
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(_GRACE)
        if worker.poll() is None:
            worker.kill()


def work() -> None:
    """What a worker does: read tasks from standard input, write results to what was standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl+C is the parent's to answer
    signal.signal(signal.SIGTERM, _end)
    results: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks = sys.stdin.buffer
    try:
        make, settings, memory = pickle.load(tasks)
        _bound(memory)
        tool = make(*settings)
    except Exception:
        sys.exit(1)
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    while True:
        try:
            task = pickle.load(tasks)
        except EOFError:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)  # nothing left to clear away
            return
        pickle.dump(_result(tool, task), results)
        results.flush()


def _end(*_: object) -> None:
    """End once, clearing away what is open."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def _bound(memory: int | None) -> None:
    """No more memory than this for the process, where the system can say so."""
    if memory is None or sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):  # a lower bound may be set already
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
