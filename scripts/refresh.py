"""Makes every generated file again, from the ontology, the codes and the corpus.

python scripts/refresh.py           write what is stale
python scripts/refresh.py --check   write nothing; exit 1 and name what is stale
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

import figures  # noqa: E402
import picture  # noqa: E402

from parley import files, ontology, pages, schemas  # noqa: E402
from parley.labelstudio.interface import interface  # noqa: E402

COMMAND = "python scripts/refresh.py"


def made() -> dict[str, bytes]:
    """Path from the root -> bytes, for every generated file."""
    scheme = ontology.load(ROOT / "schema" / "ontology.toml")
    return {
        **{f"schema/{name}": data for name, data in schemas.files(scheme).items()},
        "schema/labelstudio.xml": interface(scheme).encode(),
        "docs/checks.md": pages.checks().encode(),
        "docs/ontology.md": pages.ontology(scheme).encode(),
        # A corpus that began from this one may not have the article of the picture.
        **({"docs/passage.svg": picture.passage(ROOT)} if picture.possible(ROOT) else {}),
        "DATASHEET.md": figures.datasheet(ROOT).encode(),
    }


def stale(root: Path = ROOT) -> dict[str, bytes]:
    """The generated files that are missing or differ, with their right bytes."""
    return {
        name: data
        for name, data in made().items()
        if not (root / name).is_file() or (root / name).read_bytes() != data
    }


def main(argv: list[str] | None = None) -> int:
    """Writes or names the stale files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale")
    args = parser.parse_args(argv)
    found = stale()
    for name, data in found.items():
        if args.check:
            print(f"stale: {name}", file=sys.stderr)
        else:
            files.write(ROOT / name, data)
            print(f"wrote {name}")
    if args.check and found:
        print(f"run: {COMMAND}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
