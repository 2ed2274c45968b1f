"""Write the whole corpus into a folder: `python tests/negative/make.py FOLDER`.

Each bundle has one fault, and `expect.json` says of each which check must catch it, so that another
verifier can be tried with it. Keys, salts and times are fixed: a second run writes the same bytes.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the folder of tests, as pytest has it

from negative.corpus import ALL
from negative.forge import made


def main(folder: Path) -> None:
    """Write every bundle, the receipts that belong to some, and what to expect."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    for number, case in enumerate(ALL):
        content, receipt = made(case.bend)
        name = f"{number:03}.zip"
        (folder / name).write_bytes(content)
        if receipt is not None:
            (folder / f"{number:03}.receipt.json").write_bytes(receipt)
        expected[name] = {"fault": case.name, "expect": case.expect, "also": list(case.also)}
    (folder / "expect.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
