"""Fill `.venv`: first uv, checked against its hashes, then with it everything else, checked too.

Run by `script/setup` with whatever Python this computer has; uses the standard library alone.
"""

import fcntl
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

# Words by which pip and uv say that the network, rather than a package, was the trouble.
NETWORK_TROUBLE = (
    "error sending request",
    "dns error",
    "network unreachable",
    "connection broken",
    "connection refused",
    "name resolution",
    "name or service not known",
    "failed to establish a new connection",
    "timed out",
    "offline",
)


class InstallError(Exception):
    """A sentence for the person at the keyboard."""


def main(arguments: list[str]) -> int:
    """Set up, one at a time: a second set-up waits for the first and then finds little to do."""
    with (ROOT / ".setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(dev="--dev" in arguments)
        except InstallError as problem:
            print(problem, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
    return 0


def set_up(*, dev: bool) -> None:
    if not belongs_here():
        make_environment()
    if not has_uv():
        fetch_uv()
    wanted = "requirements-dev.txt" if dev else "requirements.txt"
    say("Installing the packages that helpline needs" + (" and is tested with …" if dev else " …"))
    uv("install", "--require-hashes", "-r", wanted)
    # uv builds this project itself: nothing is fetched for it.
    uv("install", "--no-deps", "--offline", "--editable", ".")


def say(sentence: str) -> None:
    print(sentence, flush=True)


def belongs_here() -> bool:
    """Whether `.venv` works, and was made for this folder: one that was moved has commands that point elsewhere."""
    try:
        made = (VENV / "pyvenv.cfg").read_text().splitlines()
        answer = run([str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"])
    except OSError:
        return False
    return answer.returncode == 0 and any(line.endswith(f" {VENV}") for line in made)


def make_environment() -> None:
    if not can_make_environments():
        provide_venv()
    say("Making .venv …")
    made = run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode:
        raise InstallError(f"Python could not make .venv:\n{last_words(made)}")


def can_make_environments() -> bool:
    """Debian keeps this part of Python in a package of its own."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def provide_venv() -> None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not debian.can_install():
        raise InstallError(
            f"Python's venv is missing. Please run: sudo apt-get install {package}   and then this again."
        )
    if not debian.install(package):
        raise InstallError(f"Could not fetch {package}. Is this computer online? Run again when it is.")
    importlib.invalidate_caches()


def has_uv() -> bool:
    pinned = (ROOT / "requirements-uv.txt").read_text().split()[0]
    try:
        answer = run([str(VENV / "bin" / "uv"), "--version"])
    except OSError:  # it is not there, or was broken off while it was written
        return False
    return answer.stdout.startswith(pinned.replace("==", " "))


def fetch_uv() -> None:
    say("Fetching uv, which installs the rest …")
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "--retries",
        "2",
        "install",
        "--force-reinstall",  # of one that was broken off pip says that all is well
    ]
    checked(
        [*command, "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", "requirements-uv.txt"],
        "uv",
    )


def uv(verb: str, *arguments: str) -> None:
    command = [str(VENV / "bin" / "uv"), "pip", verb, "--quiet", "--python", str(PYTHON)]
    # Behind an office proxy, the certificates to trust are those that the computer keeps.
    if CERTIFICATES.exists():
        command.append("--system-certs")
    checked([*command, *arguments], "the packages")


def checked(command: list[str], what: str) -> None:
    ran = run(command)
    if ran.returncode == 0:
        return
    said = (ran.stdout + ran.stderr).lower()
    if any(words in said for words in NETWORK_TROUBLE):
        raise InstallError(f"Could not fetch {what}. Is this computer online? Run again when it is.")
    raise InstallError(f"Could not install {what}:\n{last_words(ran)}")


def last_words(ran: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((ran.stdout + ran.stderr).strip().splitlines()[-15:])


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    # An environment that is already active must not decide where things go.
    env = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}}
    return subprocess.run(  # noqa: S603  # commands of our own
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
