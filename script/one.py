"""Become one line of the Procfile, with the settings of a folder: what systemd and containers start.

Run by `script/run`.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

import first_env
import procfile


def main(arguments: list[str]) -> NoReturn:
    """Become that line; a sentence and 1 when that cannot be. Another folder with a `.env` may be named."""
    name, folder = [*arguments, "", ""][:2]
    directory = Path(folder or procfile.ROOT).resolve()
    try:
        os.chdir(directory)
    except OSError as problem:
        sys.exit(f"{problem.filename} cannot be used: {problem.strerror}.")
    lines = procfile.lines(procfile.of(directory))
    if name not in lines or len(arguments) > 2:
        sys.exit(f"Say which: script/run {'|'.join(lines)} [folder]")
    file = directory / ".env"
    if file.exists() and (trouble := first_env.trouble(file)):
        sys.exit(trouble)
    os.umask(0o077)  # what we write is the group's own
    command = procfile.words(lines[name])
    os.execve(command[0], command, first_env.read(file) | procfile.surroundings())  # noqa: S606  # our own Procfile's


if __name__ == "__main__":
    main(sys.argv[1:])
