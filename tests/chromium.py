"""The Chromium that tests use: PARLEY_CHROMIUM, or one that is on the path."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def browser() -> Iterator[Any]:
    """A running browser (playwright's `Browser`), ended with the block."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("PARLEY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    assert path, "no Chromium; scripts/chromium-setup.sh says how to get one"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield found
        finally:
            found.close()
