# SPDX-License-Identifier: GPL-3.0-or-later
"""What a source distribution makes in an environment that has nothing: with a compiler, and without one.

The build tools come from the package index, as they do for anybody who installs from source.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Each compiles everything, and pip builds in an environment of its own.
pytestmark = pytest.mark.timeout(300)

TREE = Path(__file__).parents[3]
SAY = """
from faxcore import t4, t85
from faxcore.model.page import Coding
encoder = t4.Encoder(1728, Coding.MMR)
encoder.add_rows(bytes(216 * 3))
assert encoder.finish().hex() == "e0020020", "a page comes out wrong"
print(t4.__file__, t4.IMPLEMENTATION, t85.IMPLEMENTATION)
"""


def run(*arguments: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        arguments, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of what git has of the tree."""
    folder = tmp_path_factory.mktemp("source")
    files = run("git", "ls-files", "-z", "--", ":!tests", cwd=TREE).split("\0")
    tree = folder / "tree"
    for name in filter(None, files):
        if (TREE / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((TREE / name).read_bytes())
    run(sys.executable, "-m", "build", "--sdist", "--outdir", str(folder), cwd=tree)
    return next(folder.glob("facteur-*.tar.gz"))


def installed(source: Path, folder: Path, **environment: str) -> str:
    """Install the distribution, without what it needs, into a folder; what it says of itself there."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-cache-dir", "--target", str(folder)]
    run(*pip, str(source), cwd=folder.parent, **environment)
    said = run(sys.executable, "-c", SAY, cwd=folder, PYTHONPATH=str(folder), FACTEUR_CODEC="")
    assert said.startswith(str(folder)), "another installation was asked"
    return said


def test_with_a_compiler_the_codecs_are_compiled(source: Path, tmp_path: Path) -> None:
    assert installed(source, tmp_path / "site").split()[1:] == ["compiled", "compiled"]
    assert {path.name for path in (tmp_path / "site/share/facteur").iterdir()} == {"fax", "fax-parcel", "fax.ppd"}


def test_without_a_compiler_it_installs_and_the_plain_codecs_serve(source: Path, tmp_path: Path) -> None:
    assert installed(source, tmp_path / "site", CC="no-such-compiler").split()[1:] == ["plain", "plain"]
