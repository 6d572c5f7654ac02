"""Builds the wheels of the toolchain and of the corpus, from a fresh build of the dataset.

    python scripts/package.py --out dist/packages

The corpus's wheel is `packages/parley-corpus` with the dataset inside; its name, words, licence and
version are those of corpus/card.toml: a corpus named Ferry News is `ferry-news-corpus`. The module
is `parley_corpus` in any case, which is where `parley.load` looks.
A build that would hold withheld texts is refused. Nothing is fetched; hatchling must be installed.
Exit codes: 0 done, 1 the dataset cannot be built, or may not be passed on, 2 could not run.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from string import Template

from parley.dataset import build, hub_names
from parley.dataset.about import About
from parley.dataset.manifest import Entry
from parley.dataset.place import BusyError, ForeignError
from parley.incidents import IncidentError
from parley.project import NotAProjectError, Project

HERE = Path(__file__).resolve().parents[1]
TEMPLATE = HERE / "packages" / "parley-corpus"


class PackageError(Exception):
    """Why no packages were made."""


def package(project: Project, out: Path) -> list[Path]:
    """The two wheels, in the folder `out`, which is made; files of the same names are replaced.

    Raises `IncidentError` where the dataset cannot be built and `PackageError` where it may not be
    passed on or a wheel cannot be made; `out` is as it was then.
    """
    with tempfile.TemporaryDirectory(prefix="parley-package-") as folder:
        stage = Path(folder)
        wheels = stage / "wheels"
        corpus = stage / "corpus"
        shutil.copytree(
            TEMPLATE, corpus, ignore=shutil.ignore_patterns("__pycache__", "data", "LICENSE")
        )
        # Beside it and moved: a build leaves a lock next to its folder.
        built = stage / "built"
        report = build.build(project, built)
        held = [item.doc_id for item in report.contents.documents if _is_held(item)]
        if held:
            raise PackageError(
                f"the build holds the text of withheld documents ({', '.join(held)}), which may "
                "not be passed on; make packages from a clone without hydrated texts"
            )
        _fill(corpus, report.contents.about)
        licence = built / "LICENSE"
        if not licence.is_file():
            raise PackageError("the dataset has no licence: write LICENSE-DATA, then try again")
        shutil.copyfile(licence, corpus / "LICENSE")
        built.rename(corpus / "src" / "parley_corpus" / "data")
        for source in (HERE, corpus):
            _wheel(source, wheels)
        out.mkdir(parents=True, exist_ok=True)
        made = []
        for wheel in sorted(wheels.glob("*.whl")):
            part = out / f".{wheel.name}.part"
            shutil.copyfile(wheel, part)
            made.append(part.replace(out / wheel.name))
        return made


def _is_held(item: Entry) -> bool:
    return item.status == "withheld" and item.published


def _fill(corpus: Path, about: About) -> None:
    """Puts the corpus's own words into the package's files: those that end in `.in`."""
    # A licence that has no name at spdx.org needs one of this form (PEP 639).
    other = re.sub(r"[^A-Za-z0-9.]+", "-", about.license_name or about.slug).strip("-")
    words = {
        "package": f"{about.slug}-corpus",
        "name": about.name,
        "title": json.dumps(about.title),
        "about": about.about,
        "license": hub_names.LICENCES.get(about.license) or f"LicenseRef-{other}",
    }
    for template in corpus.glob("*.in"):
        filled = Template(template.read_text("utf-8")).substitute(words)
        template.with_suffix("").write_text(filled, "utf-8")
        template.unlink()


def _wheel(source: Path, out: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    if done.returncode:
        raise PackageError(f"no wheel of {source.name}:\n{done.stdout}{done.stderr}".rstrip())


def main(argv: list[str] | None = None) -> int:
    """Runs the script; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the wheels of toolchain and corpus.")
    parser.add_argument("--out", type=Path, default=HERE / "dist" / "packages", metavar="DIR")
    parser.add_argument("--root", type=Path, default=HERE, help="the project to build from")
    args = parser.parse_args(argv)
    try:
        made = package(Project.find(args.root), args.out)
    except (IncidentError, PackageError) as error:
        print(error, file=sys.stderr)
        return 1
    except (NotAProjectError, BusyError, ForeignError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for path in made:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
