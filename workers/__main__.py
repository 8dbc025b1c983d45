"""`python -m workers ringing|sending|clock`: one worker, or the clock."""

import logging
import sys

from rq import Queue, SimpleWorker

from helpline import clock as time
from helpline import config
from helpline.db import Database
from workers import clock, house
from workers.house import House
from workers.telephone import Telephone

ROLES = ("ringing", "sending", "clock")


def build() -> House:
    """The house as the settings have it."""
    settings = config.use(config.load())
    redis = house.queue_at(settings.redis_url)
    return house.use(House(settings, Database(settings.database_url), Telephone(settings), redis, time.now))


def main(role: str) -> None:
    """Do one role until stopped."""
    # Only our own words at INFO: the carrier's client would write every number and text it sends into the log.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stdout)
    logging.getLogger("workers").setLevel(logging.INFO)
    here = build()
    if role == "clock":
        clock.run(here)
    # No fork: a job is short, and a fork would cost four times the job.
    SimpleWorker([Queue(role, connection=here.redis)], connection=here.redis).work(logging_level="WARNING")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ROLES:
        sys.exit(f"Say which: python -m workers {'|'.join(ROLES)}")
    try:
        main(sys.argv[1])
    except config.BadSettingsError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(0)
