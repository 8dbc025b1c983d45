"""Migrate an empty SQLite file, and let Alembic say whether that makes the tables that the code expects."""

import os
import subprocess
import sys
import tempfile

import first_env


def main() -> int:
    """The exit code of the first step that fails, or 0."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | first_env.demo() | {"DATABASE_URL": f"sqlite:///{folder}/helpline.db"}
        for command in (["helpline", "migrate"], ["alembic", "check"]):
            ran = subprocess.run(command, env=env, check=False)  # noqa: S603  # commands of our own
            if ran.returncode:
                return ran.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
