"""Find a Chromium for the browser test, or fetch Debian's; print where it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def chromium() -> str | None:
    """Where it is: as CHROMIUM says, on PATH, or in its usual place."""
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given) or sys.exit(f"CHROMIUM is set to {given}, which cannot be run.")
    found = (shutil.which(name) for name in (*NAMES, "/usr/bin/chromium", MAC))
    return next(filter(None, found), None)


def driver() -> str | None:
    """Playwright's own program, which on a bare Debian lacks a library to start with."""
    from playwright._impl._driver import compute_driver_executable  # noqa: PLC0415  # in --dev only

    node = compute_driver_executable()[0]
    ran = subprocess.run([node, "--version"], capture_output=True, check=False)  # noqa: S603  # the wheel's own
    return str(Path(node)) if ran.returncode == 0 else None


def missing() -> list[str]:
    """The packages that are still needed."""
    needed = {"libatomic1": driver, "chromium": chromium}
    return [package for package, find in needed.items() if find() is None]


def provide() -> str:
    """Where the browser is, once everything it needs is there."""
    packages = missing()
    if packages and debian.can_install() and debian.install(*packages):
        packages = missing()
    if packages:
        words = f"{' and '.join(packages)}: please run  sudo apt-get install {' '.join(packages)}  and try again."
        sys.exit(f"The browser test needs {words}")
    return str(chromium())


if __name__ == "__main__":
    # What is printed here is the answer; what the fetching says goes to the screen.
    answer, sys.stdout = sys.stdout, sys.stderr
    print(provide(), file=answer)
