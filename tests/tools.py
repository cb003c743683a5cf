"""Programs of the system that tests need: without one they are skipped, and say what to install."""

import os
import shutil

import pytest


def program(*names: str, package: str) -> str:
    """Return the path of the first of these programs; DANGVAN_TEST_ALL=1 makes a lack a failure."""
    places = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin"
    path = next(filter(None, (shutil.which(name, path=places) for name in names)), None)
    if path is None:
        missing = f"no {names[0]} on this machine; apt-get install {package}"
        if os.environ.get("DANGVAN_TEST_ALL") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return path
