"""Parts solved and verified, several at a time: worker processes, each with one part, results as they come.

Workers are forked where that is safe, so that they have everything imported; else they are started anew. They ignore
Ctrl-C, which the parent answers by ending them, and end by themselves when the parent is gone. What a worker has
finished it puts into the cache before it hands it over, so a run that is killed at any moment loses no finished part.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from symderiv.cache import Cache
from symderiv.language.context import Context
from symderiv.records import Derivation, Part, SolvedPart

__all__ = ["Job", "default_jobs", "solve_jobs"]

Begun = Callable[[int], None]


class Job(NamedTuple):
    """A part to be solved with the declarations that it stands in."""

    part: Part
    context: Context


def default_jobs() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def solve_jobs(
    jobs: Sequence[Job], cache: Cache, processes: int = 1, on_begin: Begun | None = None
) -> Iterator[tuple[int, SolvedPart]]:
    """(position, solved and verified part) for each job, as they are finished; those in the cache come first.

    ``on_begin`` is told the position of every job that is begun. With one process, or one job that is not in the cache,
    the work is done here.
    """
    waiting: deque[int] = deque()
    for n, job in enumerate(jobs):
        found = cache.get_part(*job)
        if found is None:
            waiting.append(n)
        else:
            yield n, found
    processes = min(processes, len(waiting))
    if processes > 1:
        yield from _Team(jobs, waiting, cache, processes, on_begin).work()
    for n in waiting:
        if on_begin is not None:
            on_begin(n)
        yield n, _solve(jobs[n], cache)
    cache.tidy()


def _solve(job: Job, cache: Cache) -> SolvedPart:
    from symderiv.solver import solve_part
    from symderiv.solver.advice import with_advice
    from symderiv.verification import verify_part

    part, context = job
    if not part.questions:
        return SolvedPart(part, ())
    try:
        solved = verify_part(with_advice(solve_part(part, context), context), context)
        cache.put_part(solved, context)
    except Exception as error:  # a fault of ours costs one part, not the reader the rest
        return _lost(part, f"the engine failed, please report it: {type(error).__name__}: {error}")
    return solved


_ENDED = "the process that worked on this part ended unexpectedly; it may have run out of memory"


def _lost(part: Part, reason: str) -> SolvedPart:
    """What is left of a part that was not finished: nothing was derived, and it says so."""
    return SolvedPart(part, tuple(Derivation(q, (), q.subject, stop_reason=reason) for q in part.questions))


class _Team:
    """Worker processes that take jobs from a queue."""

    def __init__(
        self, jobs: Sequence[Job], waiting: deque[int], cache: Cache, processes: int, on_begin: Begun | None
    ) -> None:
        self.jobs, self.waiting, self.cache, self.on_begin = jobs, waiting, cache, on_begin
        self.workers: dict[Connection, tuple[Any, int | None]] = {}
        for _ in range(processes):
            self.hire()

    def hire(self) -> None:
        """Start one more worker."""
        # A process with threads must not be forked: a lock that one of them holds would stay locked in the child.
        forks = sys.platform == "linux" and threading.active_count() == 1
        if forks:
            _import_the_engine()
        system: Any = get_context("fork" if forks else "spawn")
        ours, theirs = system.Pipe()
        inherited = [*self.workers, ours] if forks else []
        process = system.Process(
            target=_work, args=(theirs, self.cache, inherited), daemon=True, name="symderiv worker"
        )
        process.start()
        theirs.close()
        self.workers[ours] = (process, None)

    def work(self) -> Iterator[tuple[int, SolvedPart]]:
        """The results; ends all workers, also when it is not read to its end."""
        try:
            for connection in list(self.workers):
                self.assign(connection)
            while any(n is not None for _, n in self.workers.values()):
                for ready in wait([c for c, (_, n) in self.workers.items() if n is not None]):
                    assert isinstance(ready, Connection)
                    yield self.collect(ready)
        finally:
            for connection, (process, _) in self.workers.items():
                process.terminate()
                connection.close()
            for process, _ in self.workers.values():
                process.join()

    def assign(self, connection: Connection) -> None:
        """Give the worker its next job, if there is one."""
        process, _ = self.workers[connection]
        n = self.waiting.popleft() if self.waiting else None
        self.workers[connection] = (process, n)
        if n is not None:
            if self.on_begin is not None:
                self.on_begin(n)
            with contextlib.suppress(OSError):  # a worker that is gone is noticed when its result is read
                connection.send(self.jobs[n])

    def collect(self, connection: Connection) -> tuple[int, SolvedPart]:
        """The result of a worker that has one; a worker that ended is replaced."""
        process, n = self.workers[connection]
        assert n is not None
        try:
            solved: SolvedPart = connection.recv()
        except (EOFError, OSError):
            del self.workers[connection]
            connection.close()
            process.join()
            if self.waiting:
                self.hire()
                self.assign(list(self.workers)[-1])
            return n, _lost(self.jobs[n].part, _ENDED)
        self.assign(connection)
        return n, solved


def _import_the_engine() -> None:
    import symderiv.solver
    import symderiv.verification
    import symderiv.writing.json_out  # noqa: F401


def _work(connection: Connection, cache: Cache, others: Sequence[Connection]) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in others:  # copies of the parent's ends would keep the pipes open after the parent is gone
        with contextlib.suppress(OSError):
            other.close()
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = connection.recv()
            connection.send(_solve(job, cache))
