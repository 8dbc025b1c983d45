"""Debian's packages: what the scripts fetch for themselves when they may."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Only the administrator of a Debian-like computer can."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install these packages; False, with what was said shown, when that could not be done."""
    print(f"Installing {' and '.join(packages)} …", flush=True)
    # dpkg looks for its helpers in the system folders, which a bare PATH may lack.
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "PATH": path}
    quietly = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    said = ""
    for command in ("update", "install -y --no-install-recommends"):
        names = packages if command.startswith("install") else ()
        ran = subprocess.run(  # noqa: S603  # package names of our own
            [*quietly, *command.split(), *names],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        said = ran.stdout + ran.stderr
    if ran.returncode:
        print(said.strip())
    return ran.returncode == 0
