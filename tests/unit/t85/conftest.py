# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.unit.t85.helpers import CODECS, Codec


@pytest.fixture(params=CODECS, ids=lambda codec: codec.name)
def codec(request: pytest.FixtureRequest) -> Codec:
    """Each of the twins that is there."""
    assert isinstance(request.param, Codec)
    return request.param
