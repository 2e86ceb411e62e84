"""Where an author's code calls symderiv: file and line for error messages."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

__all__ = ["caller"]

_OWN = (str(Path(__file__).parent.parent), contextlib.__file__)


def caller() -> tuple[str, int]:
    """File and line of the nearest code outside symderiv."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
