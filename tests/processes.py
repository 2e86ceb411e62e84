"""The environment of the processes that the tests start: what they print must not depend on who runs the tests."""

from __future__ import annotations

import os

# pytest prints longer summaries where CI or BUILD_NUMBER is set; the others change colours and widths.
_PRINTING = {"CI", "BUILD_NUMBER", "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "COLUMNS", "LINES"}


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what belongs to the outer run of pytest or changes how results are printed."""
    kept = {k: v for k, v in os.environ.items() if k not in _PRINTING and not k.startswith(("PYTEST_", "COV_"))}
    return {**kept, **more}
