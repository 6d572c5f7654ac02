"""The loopback Hub, for tests of itself."""

import pytest

from tests.hub.fixtures import hub, hub_here

__all__ = ["hub", "hub_here"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """huggingface_hub uploads by an argument that its own HTTP client is about to rename."""
    for item in items:
        if "tests/hub/" in item.path.as_posix():
            ignored = "ignore:Use 'content=:DeprecationWarning"
            item.add_marker(pytest.mark.filterwarnings(ignored))
