"""A worker process with limits on wall time, CPU time and memory, for work on texts from strangers.

The worker is a second Python that speaks pickles over pipes, so it works alike on Linux, macOS and Windows, needs no
guard in the caller's script and can be ended even inside a C library. It stays for the next call; one that was ended is
replaced. It is started before it is needed and imports the judges while the caller still reads the problem.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

__all__ = ["Worker", "WorkerDied", "serve", "shared_worker"]

T = TypeVar("T")
MEMORY = 3 * 2**30
"""Bytes of address space a worker may use, where the system enforces it."""
START_SECONDS = 60.0
_COMMAND = "from symderiv.answers.isolation import serve; serve()"


class WorkerDied(Exception):
    """The work was not finished; ``reason`` is a sentence for the user."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


class Worker:
    """One process; ``call`` runs a function there. Safe to share between threads: calls wait for each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._ready = False
        self.owner = os.getpid()

    def start(self) -> Worker:
        """Start the process without waiting for it."""
        if self._process is None or self._process.poll() is not None:
            root = str(Path(__file__).resolve().parents[2])
            paths = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH", "")) if p)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("SYMDERIV_DEBUG") else subprocess.DEVNULL,
                # A fixed hash seed: the same answer gets the same verdict every time.
                env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"},
            )
            self._replies, self._ready = queue.SimpleQueue(), False
            threading.Thread(target=_listen, args=(self._process.stdout, self._replies), daemon=True).start()
        return self

    def call(self, function: Callable[..., T], arguments: tuple[Any, ...], seconds: float) -> T:
        """``function(*arguments)`` in the worker; the function and all values must be picklable.

        Raises ``WorkerDied`` if it takes longer than ``seconds``, needs too much memory, or fails.
        """
        with self._lock:
            try:
                self.start()
                if not self._ready:
                    self._receive(START_SECONDS, "the worker process did not start")
                    self._ready = True
                assert self._process is not None and self._process.stdin is not None
                pickle.dump((function, arguments, seconds), self._process.stdin)
                self._process.stdin.flush()
            except OSError as error:
                self.close()
                raise WorkerDied(f"the worker process cannot be used: {error}") from None
            kind, value = self._receive(seconds, f"no verdict within {seconds:g} s")
            if kind == "value":
                return value
            self.close()
            raise WorkerDied(str(value))

    def prepare(self, function: Callable[[], None]) -> None:
        """Run ``function`` in the worker while this process does something else; the next call waits for it."""

        def run() -> None:
            with contextlib.suppress(WorkerDied):
                self.call(function, (), START_SECONDS)

        threading.Thread(target=run, daemon=True).start()

    def _receive(self, seconds: float, late: str) -> tuple[str, Any]:
        try:
            kind, value = self._replies.get(timeout=seconds)
        except queue.Empty:
            self.close()
            raise WorkerDied(late) from None
        except BaseException:
            self.close()
            raise
        if kind == "end":
            self.close()
            raise WorkerDied("the worker process ended unexpectedly; it may have run out of memory")
        return kind, value

    def close(self) -> None:
        """End the process; the next call starts another."""
        process, self._process = self._process, None
        if process is not None and self.owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close_quietly(pipe)


_shared: Worker | None = None


def shared_worker() -> Worker:
    """The worker of this Python process, started at the first call and ended with it."""
    global _shared
    if _shared is None or _shared.owner != os.getpid():
        _shared = Worker()
        atexit.register(_shared.close)
    return _shared.start()


def _listen(source: IO[bytes], replies: queue.SimpleQueue[tuple[str, Any]]) -> None:
    try:
        while True:
            replies.put(pickle.load(source))
    except Exception:  # the pipe was closed, or the worker died in the middle of a reply
        replies.put(("end", None))


def _close_quietly(pipe: IO[bytes] | None) -> None:
    with contextlib.suppress(OSError):
        if pipe is not None:
            pipe.close()


# ---------------------------------------------------------------- in the worker


def serve() -> None:
    """Answer calls until the pipe closes. Libraries that print cannot disturb the replies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    _limit_memory()
    sys.setrecursionlimit(10_000)
    with contextlib.suppress(Exception):  # what cannot be imported is reported by the first call that needs it
        from symderiv.answers.judging import warm_up

        warm_up()
    _reply(sink, ("value", "ready"))
    while True:
        try:
            function, arguments, seconds = pickle.load(source)
        except EOFError:
            return
        _limit_cpu(seconds)
        try:
            reply = ("value", function(*arguments))
        except MemoryError:
            reply = ("failed", "the answer needs more memory than is allowed")
        except RecursionError:
            reply = ("failed", "the answer is nested too deeply")
        except Exception as error:
            if os.environ.get("SYMDERIV_DEBUG"):
                sys.excepthook(*sys.exc_info())
            reply = ("failed", f"internal error: {type(error).__name__}: {error}")
        _reply(sink, reply)


def _reply(sink: IO[bytes], reply: tuple[str, Any]) -> None:
    sink.write(pickle.dumps(reply))
    sink.flush()


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit but does not always accept it
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _limit_cpu(seconds: float) -> None:
    """End this process by the kernel's hand soon after its time, even if the caller is gone."""
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(used.ru_utime + used.ru_stime + seconds) + 2
        if hard == resource.RLIM_INFINITY or soft < hard:
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
