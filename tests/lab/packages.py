# SPDX-License-Identifier: GPL-2.0-or-later
"""Distribution packages: find, download and unpack them, without installing any.

Packages of this machine's releases come through its own apt; those of another release or
architecture through an apt with separate state, in a folder that does not touch this machine.
"""

import fnmatch
import functools
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

# Other builds of the same kernel; a pattern matches these only if it names them.
FLAVOURS = ("-cloud-", "-rt-", "-unsigned", "-dbg")

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# The age in seconds at which lists of another release are fetched again.
LISTS_LAST = 7 * 86400

APT_CONF = """\
Dir::State "{root}/state";
Dir::State::status "/dev/null";
Dir::Cache "{root}/cache";
Dir::Etc::SourceList "{root}/sources.list";
Dir::Etc::SourceParts "/dev/null";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "root";
Acquire::Languages "none";
"""


class Unavailable(Exception):
    """Something that the lab needs and this machine lacks: a reason to skip."""


def _mirror():
    """The mirror of this machine's releases, which has other releases, too."""
    sites = _output("apt-get", "indextargets", "--format", "$(REPO_URI)",
                    "Created-By: Packages").split()
    for site in sites:
        if "security" not in site:
            return site.rstrip("/")
    raise Unavailable("apt has no sources: set LAB_MIRROR to a mirror of Debian")


class Apt:
    """An apt: this machine's, or one for a suite such as "bullseye" and an architecture.

    A suite that adds to another, such as "trixie-backports", brings that with it.
    """

    def __init__(self, folder=None, suite=None, architecture="amd64"):
        self.offered_by = suite or "apt"
        self._environment = dict(os.environ)
        if suite:
            root = pathlib.Path(folder, "apt", f"{suite}-{architecture}")
            self._environment["APT_CONFIG"] = str(root / "apt.conf")
            self._set_up(root.absolute(), suite, architecture)

    def _set_up(self, root, suite, architecture):
        if not os.path.exists(KEYRING):
            raise Unavailable(f"{KEYRING} is missing, so packages of {suite} cannot be checked")
        mirror = os.environ.get("LAB_MIRROR") or _mirror()
        suites = dict.fromkeys((suite.removesuffix("-backports"), suite))
        sources = "".join(f"deb [signed-by={KEYRING}] {mirror} {each} main\n" for each in suites)
        listed, fetched = root / "sources.list", root / "fetched"
        if (fetched.exists() and time.time() - fetched.stat().st_mtime < LISTS_LAST
                and listed.read_text() == sources):
            return
        for folder in ("state/lists/partial", "cache/archives/partial"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        listed.write_text(sources)
        (root / "apt.conf").write_text(APT_CONF.format(root=root, architecture=architecture))
        # Without it, apt reports success even if it fetched nothing.
        self.run("apt-get", "-qq", "-o", "APT::Update::Error-Mode=any", "update")
        fetched.touch()

    def run(self, *command, **options):
        return _output(*command, env=self._environment, **options)

    def names(self, prefix):
        return self.run("apt-cache", "pkgnames", prefix).split()

    def download(self, package, folder):
        """The path of the package's file, which stays in the folder."""
        if not list(folder.glob(f"{package}_*.deb")):
            print(f"# downloading {package}", file=sys.stderr)
            with tempfile.TemporaryDirectory(dir=folder) as partial:
                self.run("apt-get", "-qq", "download", package, cwd=partial)
                path = only(pathlib.Path(partial).glob("*.deb"), package)
                path.rename(folder / path.name)
        return only(folder.glob(f"{package}_*.deb"), package)


    def download_all(self, package):
        """The paths of the files of a package of this suite and of all that it needs."""
        command = ("apt-get", "-qq", "-y", "--no-install-recommends", "-t", self.offered_by)
        listed = self.run(*command, "--print-uris", "install", package)
        print(f"# downloading {package} and what it needs", file=sys.stderr)
        self.run(*command, "--download-only", "install", package)
        folder = pathlib.Path(self._environment["APT_CONFIG"]).parent / "cache/archives"
        return [folder / name for name in re.findall(r"^'[^']*' (\S+\.deb) ", listed, re.MULTILINE)]


@functools.lru_cache(maxsize=None)
def apt(folder, suite=None, architecture="amd64"):
    return Apt(folder, suite, architecture)


def newest_kernel(pattern, kept, offers):
    """The name of a kernel package, among those kept or else among those offered.

    `offers` returns an Apt, and is called only if needed.
    """
    names = _matching(kept, pattern)
    if not names:
        names = _matching(offers().names("linux-image-"), pattern)
    if not names:
        raise Unavailable(f"{offers().offered_by} offers no kernel package {pattern}: "
                          "try apt-get update")
    return max(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


def kernel_parts(package, offers):
    """The packages of a kernel: since 7.0 the first depends on the others."""
    release = package.removeprefix("linux-image-")
    parts = [f"linux-binary-{release}", f"linux-modules-{release}"]
    return [package] + [part for part in parts if part in offers().names(part)]


def unpack(package, tree):
    _output("dpkg-deb", "-x", str(package), str(tree))


def only(paths, what):
    """The only path; there must be exactly one."""
    paths = list(paths)
    if len(paths) != 1:
        raise RuntimeError(f"{what}: expected one file, found {len(paths)}: {paths}")
    return paths[0]


def _matching(names, pattern):
    return [name for name in fnmatch.filter(names, pattern)
            if not any(flavour in name and flavour not in pattern for flavour in FLAVOURS)]


def _output(*command, **options):
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True,
                              errors="replace", timeout=600, **options).stdout
    except FileNotFoundError:
        raise Unavailable(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{' '.join(command)}: took too long") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()[-1:] or [f"exit code {error.returncode}"]
        raise Unavailable(f"{' '.join(command)}: {reason[0]}") from None
