"""Each test starts with no requests counted."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    from django.core.cache import cache

    cache.clear()
