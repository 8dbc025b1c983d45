"""How much each screen asks of the database, on a busy afternoon: ten questions at most, however long its lists are."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.app import create
from helpline import config, sign_in
from helpline.config import Settings
from helpline.db import Database
from helpline.people import Person
from tests import screens
from tests.builders import NOON
from tests.conftest import settings_for
from tests.dashboard.browser import Browser, Hands
from tests.dashboard.conftest import newest_code
from tests.dashboard.counting import Asked, counting
from tests.ward import a_busy_ward

MOST = 10


@dataclass
class Afternoon:
    """A desk in a busy ward, and the browser of an organiser who is on the telephone."""

    database: Database
    browser: Browser
    values: dict[str, str]

    def asks(self, path: str) -> Asked:
        """What a screen asks, the second time it is opened: that somebody looked is written down once."""
        address, live = screens.filled_in(path, self.values), {"HX-Request": "true"} if path in screens.PARTS else {}
        for _ in range(2):
            with counting(self.database) as asked:
                page = self.browser.open(address, follow=False, headers=live)
            assert page.status == 303 if path in screens.ON_THEIR_WAY else page.status == 200, (address, page.status)
        return asked


def sit_down(settings: Settings, database: Database) -> Afternoon:
    """The ward, and its organiser signed in."""
    with database.transaction() as session:
        values = a_busy_ward(session)
        who = session.get_one(Person, int(values["who"]))
        sign_in.ask_for_code(session, who.phone or "", at=NOON)
    code = newest_code(database)
    with database.transaction() as session:
        token = sign_in.sign_in(session, who.phone or "", code, label="Chrome on Linux", at=NOON)
    browser = Browser(create(settings, clock=Hands(NOON), database=database))
    browser.cookies.set("helpline_device", token or "")
    return Afternoon(database, browser, values)


@pytest.fixture(scope="module")
def afternoon(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Afternoon]:
    file = tmp_path_factory.mktemp("ward") / "helpline.db"
    shutil.copy(migrated_file, file)
    settings = config.use(settings_for(database_url=f"sqlite:///{file}"))
    database = Database(settings.database_url)
    yield sit_down(settings, database)
    database.close()


def every_screen() -> list[str]:
    settings = settings_for(database_url="sqlite:///never-opened.db")
    return screens.paths(create(settings, database=Database(settings.database_url)))


@pytest.mark.parametrize("path", every_screen())
def test_a_screen_asks_few_questions(afternoon: Afternoon, path: str) -> None:
    asked = afternoon.asks(path)
    assert len(asked) <= MOST, f"{path} asks {len(asked)}:\n{asked.told()}"
