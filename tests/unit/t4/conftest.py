# SPDX-License-Identifier: GPL-3.0-or-later

from collections.abc import Iterator

import pytest

from tests.unit.t4 import helpers
from tests.unit.t4.codecs import CODECS, PLAIN, Codec


@pytest.fixture(autouse=True, scope="module", params=CODECS, ids=lambda codec: codec.name)
def codec(request: pytest.FixtureRequest) -> Iterator[Codec]:
    """The twin that the helpers use."""
    helpers.use(request.param)
    yield request.param
    helpers.use(PLAIN)
