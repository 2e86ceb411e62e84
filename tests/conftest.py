"""Every run of the tests has a cache of its own: nothing of the user's is used or changed."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """The folder of the cache, for this process and those that it starts; workers of xdist share one."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = tmp_path_factory.getbasetemp().parent / "symderiv-cache"
    else:
        folder = tmp_path_factory.mktemp("symderiv-cache")
    before = os.environ.get("SYMDERIV_CACHE")
    os.environ["SYMDERIV_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["SYMDERIV_CACHE"]
    else:
        os.environ["SYMDERIV_CACHE"] = before
