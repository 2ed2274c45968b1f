"""Bundles made by the real command from the practice record, sealed, opened, unpacked."""

import functools
import io
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import schools
from counterseal.keys import passphrase_file, recipients
from driving import School

MAKE = (
    *("bundle", "make", "--case", "2026-001", "--receiver", "police"),
    *("--why", "The police asked for it", *schools.PRESENT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaving:
    """A bundle as it leaves a school.

    Args:
        school: Whose record it is.
        out: The folder with the sealed file.
        said: What the command said, as JSON.
    """

    school: School
    out: Path
    said: dict[str, Any]

    @property
    def identity(self) -> str:
        """The one-time key, opened with the six words."""
        content = (self.out / "key.age").read_bytes()
        return passphrase_file.decrypt(content, self.said["words"]).decode().strip()

    def unsealed(self) -> bytes:
        """Return the zip, opened here."""
        return recipients.decrypt((self.out / "bundle.zip.age").read_bytes(), self.identity)

    def unpacked(self, folder: Path) -> Path:
        """Have `age` and `unzip` open it, and return the bag's folder."""
        (folder / "key.txt").write_text(f"{self.identity}\n")
        sealed = self.out / "bundle.zip.age"
        command = ["age", "-d", "-i", "key.txt", "-o", "bundle.zip", str(sealed)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        subprocess.run(["unzip", "-q", "bundle.zip"], cwd=folder, check=True, capture_output=True)
        return folder / "bundle"


def make(school: School, *more: str, out: str = "out") -> Leaving:
    """Make a bundle of the practice case."""
    folder = school.folder / out
    typed = (*MAKE, "--out", str(folder), *more)
    said = school.json(*typed, answers=school.words_of("ab", "cd"))
    return Leaving(school, folder, said)


@functools.cache
def made() -> Leaving:
    """Return a bundle that was made once a run; nobody changes it."""
    folder = Path(tempfile.mkdtemp(prefix="leaving-", dir=schools._templates()))
    return make(schools.practised().copy_to(folder / "school"))


@functools.cache
def members() -> dict[str, bytes]:
    """Return what stands in it, by name without the folder."""
    with zipfile.ZipFile(io.BytesIO(made().unsealed())) as opened:
        return {i.filename.removeprefix("bundle/"): opened.read(i) for i in opened.infolist()}
