"""`python -m workers ringing|sending|clock`: one worker, or the clock."""

import logging
import sys
from time import sleep
from typing import Any

from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job

from helpline import clock as time
from helpline import config, logs
from helpline.db import Database
from helpline.errors import HelplineError
from workers import clock, house
from workers.house import House, Tower
from workers.jobs import JobFailedError

PAUSE = 1.0  # seconds between one try of a queue that is away and the next
ROLES = ("ringing", "sending", "clock")


def tower() -> Tower:
    """What the clock stands on, as the settings have it."""
    settings = config.use(config.load())
    redis = house.queue_at(settings.redis_url)
    return Tower(settings=settings, database=Database(settings.database_url), redis=redis, clock=time.now)


class Worker(SimpleWorker):
    """RQ's own, which says once that the queue is away, and once that it is back; its other words are not for people."""

    exponential_backoff_factor = 1  # it would wait up to a minute after the queue is back
    stopping = at_work = False

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """Tell the queue that we are here, as RQ does before each look into it."""
        try:
            super().heartbeat(*args, **kwargs)
        except RedisError:
            house.current().queue_news.hear(away=True)
            raise
        house.current().queue_news.hear(away=False)

    def request_stop(self, *args: Any) -> None:
        """Stop after this job."""
        self.stopping = True
        try:
            super().request_stop(*args)  # type: ignore[no-untyped-call]  # RQ's
        except RedisError:  # it asks the queue whether there is a job in hand
            if not self.at_work:
                raise StopRequested from None

    def execute_job(self, *args: Any) -> None:
        """One job, from its beginning to its end."""
        self.at_work = True
        try:
            super().execute_job(*args)
        finally:
            self.at_work = False

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """A job of ours has said by itself what went wrong."""
        if exc_info[0] is not JobFailedError:
            super().handle_exception(job, *exc_info)


def work(here: House, role: str) -> None:
    """Do the jobs of one queue until stopped, however often it goes away."""
    for name in ("rq.worker", "rq.job"):
        logging.getLogger(name).addFilter(not_about_the_queue)
    while True:
        worker = None
        try:
            # No fork: a job is short, and a fork would cost four times the job.
            worker = Worker([Queue(role, connection=here.redis)], connection=here.redis)
            worker.work(logging_level="WARNING")
        except RedisError:
            here.queue_news.hear(away=True)
        if worker and worker.stopping:
            return
        listener = getattr(worker, "pubsub_thread", None)
        if listener:
            listener.stop()
        sleep(PAUSE)


def not_about_the_queue(record: logging.LogRecord) -> bool:
    """Leave out what RQ says, again and again and at length, of a queue that is away."""
    about = (*(record.args if isinstance(record.args, tuple) else ()), *(record.exc_info or ()))
    return not any(isinstance(one, RedisError) for one in about)


def with_telephone(below: Tower) -> House:
    """The house of a worker. What reaches the carrier is imported only here: the clock would hold it for nothing."""
    from workers.telephone import Telephone  # noqa: PLC0415

    telephone = Telephone(below.settings)
    _ = telephone.client  # read before anybody waits for it
    return house.use(House(**vars(below), telephone=telephone))


def main(role: str) -> None:
    """Do one role until stopped."""
    below = tower()
    logs.configure(role, below.settings.log_format)
    if role == "clock":
        clock.run(below)
    else:
        work(with_telephone(below), role)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ROLES:
        sys.exit(f"Say which: python -m workers {'|'.join(ROLES)}")
    try:
        main(sys.argv[1])
    except HelplineError as problem:
        sys.exit(str(problem))
    except (KeyboardInterrupt, StopRequested):
        sys.exit(0)
