"""What was found once, kept by content: solved parts and set pages, so that an unchanged part costs nothing.

The key of an entry is the hash of everything that it depends on, so an entry is never wrong, only unused: there is
nothing to invalidate. For a part that is its questions, the declarations of its problem, the source of the engine and
the versions of the libraries that it reasons with. Texts, titles and points may change freely.

An entry appears whole, in one move, or not at all; one that is damaged is taken as absent. The folder may be removed at
any time. It is ``$SYMDERIV_CACHE`` if that is set (empty: nothing is kept), else the place for caches of the system.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from symderiv.errors import SymderivError
from symderiv.language.context import Context
from symderiv.records import Part, SolvedPart

__all__ = ["Cache", "engine_fingerprint", "part_key", "user_cache"]

_HEAD = b"symderiv-cache-1 "
_LIBRARIES = ("sympy", "python-flint", "islpy", "z3-solver")
_NOT_THE_ENGINE = ("answers", "cli", "writing", "pytest_plugin.py", "sets.py", "jobs.py")
"""Modules that have no part in a derivation or its evidence; how a solution is written down is named beside them."""
_FORMAT = "writing/json_out.py"
_MOST = 256 * 2**20
"""Bytes that the folder may hold before the entries that were unused for longest go."""


class Cache:
    """A folder of entries, or nothing at all if ``folder`` is None."""

    def __init__(self, folder: Path | None):
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """The content stored under the key, or None."""
        if self.folder is None:
            return None
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        head, _, packed = data.partition(b"\n")
        if head != _HEAD + hashlib.sha256(packed).hexdigest().encode():
            return None
        try:
            content = zlib.decompress(packed)
        except zlib.error:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # the time of its last use
        return content

    def put(self, key: str, content: bytes) -> None:
        """Store the content; a folder that cannot be written is no error, what was found is only not kept."""
        if self.folder is None:
            return
        packed = zlib.compress(content, 3)
        path = self._path(key)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_HEAD + hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed)
            os.replace(part, path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def get_part(self, part: Part, context: Context) -> SolvedPart | None:
        """The part as it was solved and verified before, or None."""
        from symderiv.writing.json_out import solved_part_from_json

        if self.folder is None or not part.questions:
            return None
        content = self.get(part_key(part, context))
        if content is None:
            return None
        try:
            found = solved_part_from_json(json.loads(content), context)
        except (SymderivError, ValueError, RecursionError):
            return None
        if len(found.derivations) != len(part.questions):
            return None
        pairs = zip(found.derivations, part.questions, strict=True)
        # The questions as they stand in the file: with their own notes and lines.
        return replace(found, part=part, derivations=tuple(replace(d, question=q) for d, q in pairs))

    def put_part(self, solved: SolvedPart, context: Context) -> None:
        """Keep a solved part, unless a clock may have had a say in it: another run could get further."""
        from symderiv.writing.json_out import solved_part_to_json

        if self.folder is None or not solved.derivations or not _is_settled(solved):
            return
        content = json.dumps(solved_part_to_json(solved, context), ensure_ascii=False)
        self.put(part_key(solved.part, context), content.encode())

    def tidy(self) -> None:
        """Remove what was unused for longest where the folder has grown too large."""
        if self.folder is None or not self.folder.is_dir():
            return
        found = sorted(self._entries(), reverse=True)
        total = 0
        for _, size, path in found:
            total += size
            if total > _MOST:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        assert self.folder is not None
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / key


def user_cache() -> Cache:
    """The cache of the user."""
    chosen = os.environ.get("SYMDERIV_CACHE")
    if chosen is not None:
        return Cache(Path(chosen) if chosen else None)
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return Cache(None)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return Cache(base / "symderiv")


def part_key(part: Part, context: Context) -> str:
    """The hash of all that the derivation of a part and its evidence depend on."""
    from symderiv.writing.json_out import part_identity

    value = [engine_fingerprint(), part_identity(part, context)]
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def engine_fingerprint() -> str:
    """The hash of the engine's source and of the versions of what it reasons with."""
    from importlib.metadata import PackageNotFoundError, version

    root = Path(__file__).parent
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if name.parts[0] not in _NOT_THE_ENGINE or name.as_posix() == _FORMAT:
            digest.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for library in _LIBRARIES:
        try:
            found = version(library)
        except PackageNotFoundError:
            found = "absent"
        digest.update(f"{library} {found};".encode())
    return digest.hexdigest()


def _is_settled(solved: SolvedPart) -> bool:
    """No stop, nothing undecided, nothing that was left without a proof because time was over."""
    verdicts = [v for d in solved.derivations for v in (*(s.evidence for s in d.steps), d.end_to_end, d.expected)]
    return not solved.stop_reason and all(
        v is not None and v.word != "undecided" and not (v.word == "checked" and "time" in v.reason) for v in verdicts
    )
