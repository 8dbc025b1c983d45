from collections.abc import Iterator

import pytest

from helpline.config import Settings
from helpline.db import Database
from tests.builders import NOON
from tests.stories.evening import Evening
from tests.valkey import Valkey


@pytest.fixture(scope="session")
def one_valkey() -> Iterator[Valkey]:
    valkey = Valkey()
    valkey.start()
    yield valkey
    valkey.close()


@pytest.fixture
def valkey(one_valkey: Valkey) -> Valkey:
    if one_valkey.process is None:
        one_valkey.start()
    one_valkey.redis.flushall()
    return one_valkey


@pytest.fixture
def line(settings: Settings, database: Database, valkey: Valkey) -> Iterator[Evening]:
    evening = Evening(settings, database, valkey, NOON)
    yield evening
    evening.check()
    evening.close()
