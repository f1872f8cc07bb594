"""Put the locked packages under whatever Python was asked to run Billing Admin.

Standard library only, and syntax that an older Python can read, so that one which is
too old reaches the sentence that says so.
"""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv"
LOCK = HERE / "requirements.lock"
STAMP = VENV / "requirements.sha256"
OLDEST = (3, 11)
NEWEST_LOOKED_FOR = (3, 19)


def ensure():
    """Return when this Python has the locked packages; else run the same command in one that has.

    An activated environment or a container is taken as it is as long as it has each package
    of the lock, in whatever version: who made it chose them.
    """
    inside = os.path.realpath(sys.prefix) == str(VENV)
    if inside and _is_current():
        return
    if not inside and sys.version_info[:2] >= OLDEST and not _lacks_packages():
        return
    python = _prepare()
    os.execv(str(python), [str(python), *sys.argv])


def _lacks_packages():
    """Say whether a package that the lock asks for on every system is missing here."""
    from importlib.metadata import PackageNotFoundError, distribution

    names = re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==[^ ;]+ \\$", LOCK.read_text(), re.M)
    for name in names:
        try:
            distribution(name)
        except PackageNotFoundError:
            return True
    return False


def _wanted():
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _is_current():
    return STAMP.exists() and STAMP.read_text() == _wanted()


def _prepare():
    """Make or refresh .venv and return its Python; two commands at once do it once."""
    import fcntl

    python = VENV / "bin" / "python"
    with open(str(HERE / ".venv.lock"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_current() and _runs(python, "import django"):
            return python
        begun = time.time()
        maker = None if _runs(python, "import pip") else _interpreter()
        _say("Setting up .venv (only the first time, and when the packages change) ...")
        if maker:
            subprocess.check_call([maker, "-m", "venv", "--clear", str(VENV)])
        _install(python)
        STAMP.write_text(_wanted())
        _say("Set up in %.0f s." % (time.time() - begun))
    return python


def _install(python):
    command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    command += ["--no-input", "--no-compile", "--only-binary", ":all:", "--require-hashes"]
    hidden = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    if subprocess.call([*command, "-r", str(LOCK)], env=clean):
        sys.exit(
            "The packages of requirements.lock could not be installed; pip says why above. "
            "Run the same command again when that is mended."
        )


def _interpreter():
    """Find a Python that can make the environment: this one, else the newest on this machine."""
    candidates = [getattr(sys, "_base_executable", None) or sys.executable]
    for minor in range(NEWEST_LOOKED_FOR[1], OLDEST[1] - 1, -1):
        name = f"python3.{minor}"
        candidates += [shutil.which(name)]
        candidates += sorted(
            str(path) for root in _python_homes() for path in root.glob("*/bin/" + name)
        )
    ready = f"import ensurepip, sys, venv; sys.exit(sys.version_info < {OLDEST})"
    for candidate in candidates:
        if candidate and _runs(candidate, ready):
            return candidate
    this = "{}.{}".format(*sys.version_info)
    if sys.version_info[:2] < OLDEST:
        needed = "{}.{}".format(*OLDEST)
        sys.exit(
            f"Billing Admin needs Python {needed} or newer, and this is {this}. "
            "Install one and run the same command with it."
        )
    sys.exit(
        "This Python cannot make virtual environments. Install its venv module "
        f"(Debian, Ubuntu: apt-get install python{this}-venv) and run the same command again."
    )


def _python_homes():
    """List the folders where pyenv and uv keep the Pythons that they installed."""
    home = pathlib.Path(os.path.expanduser("~"))
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT") or str(home / ".pyenv"))
    return [pyenv / "versions", home / ".local" / "share" / "uv" / "python"]


def _runs(python, code):
    try:
        quiet = subprocess.DEVNULL
        return subprocess.call([str(python), "-c", code], stdout=quiet, stderr=quiet) == 0
    except OSError:
        return False


def _say(text):
    print(text, file=sys.stderr, flush=True)
