# SPDX-License-Identifier: GPL-2.0-or-later
"""Distribution packages: find, download and unpack them, without installing any."""

import fnmatch
import pathlib
import re
import subprocess
import sys
import tempfile

# Other builds of the same kernel, which a pattern matches only if it names them.
FLAVOURS = ("-cloud-", "-rt-", "-unsigned", "-dbg")


class Unavailable(Exception):
    """Something that the lab needs and this machine lacks: a reason to skip."""


def newest_kernel(pattern, kept):
    """The name of a kernel package, from those kept already or else from what apt offers."""
    names = _matching(kept, pattern)
    if not names:
        names = _matching(_output("apt-cache", "pkgnames", "linux-image-").split(), pattern)
    if not names:
        raise Unavailable(f"apt offers no kernel package {pattern}: try apt-get update")
    return max(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


def download(package, folder):
    """The path of the package's file, which stays in the folder."""
    if not list(folder.glob(f"{package}_*.deb")):
        print(f"# downloading {package}", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=folder) as partial:
            _output("apt-get", "-qq", "download", package, cwd=partial)
            path = only(pathlib.Path(partial).glob("*.deb"), package)
            path.rename(folder / path.name)
    return only(folder.glob(f"{package}_*.deb"), package)


def unpack(package, tree):
    _output("dpkg-deb", "-x", str(package), str(tree))


def only(paths, what):
    """The one path that there must be."""
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
