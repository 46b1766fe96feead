from collections.abc import Iterator

import pytest

from panel.platform.documents.worker import Worker


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """One warm child for all tests that do not harm it."""
    with Worker() as warm:
        yield warm
