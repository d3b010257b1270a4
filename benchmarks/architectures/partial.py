"""Results of single problems, kept until a run is whole, so that one that was broken off goes on.

They count only for the same settings, code and versions: a stale one is not found, never used.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.architectures.settings import ArchitectureSettings
from benchmarks.definition import RESULTS, Results, describe_environment, store

ROOT = Path(__file__).resolve().parents[2]
CODE = ("src/graftwood", "benchmarks")
READS_ONLY = ("checks.py", "tables.py")  # what judges and shows results does not change them
ABOUT_THE_RUN = ("problems", "controls")


@dataclass(frozen=True)
class Kept:
    """The results of problems that are done already.

    Parameters
    ----------
    folder : Path or None
        None keeps nothing.
    settings : ArchitectureSettings

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = Kept(Path(folder), ArchitectureSettings())
    ...     kept.keep("jura", {"cases": []})
    ...     kept.find("jura"), kept.find("enb")
    ({'cases': []}, None)
    """

    folder: Path | None
    settings: ArchitectureSettings

    def find(self, problem: str) -> Results | None:
        """Return the results of a problem, None where there are none of this code and these settings."""
        if self.folder is None:
            return None
        path = self.folder / f"{self._name(problem)}.json"
        if not path.is_file():
            return None
        results: Results = json.loads(path.read_text(encoding="utf-8"))["results"]
        return results

    def keep(self, problem: str, results: Results) -> None:
        """Write the results of a problem."""
        if self.folder is not None:
            store({"benchmark": self._name(problem), "results": results}, self.folder)

    def _name(self, problem: str) -> str:
        """Name a problem's file after it and all that its results depend on."""
        settings = {name: value for name, value in asdict(self.settings).items() if name not in ABOUT_THE_RUN}
        versions = describe_environment(self.settings.seed)["packages"]
        parts = [settings, self.settings.controls_of(problem), versions, _code()]
        text = json.dumps(parts, sort_keys=True)
        return f"{problem}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def kept_of(settings: ArchitectureSettings, folder: Path = RESULTS / "partial") -> Kept:
    """Return what is kept for a run; made-up problems are not worth it."""
    return Kept(None if settings.is_planted else folder, settings)


def _code() -> str:
    """Digest of every module that could change a number."""
    digest = hashlib.sha256()
    for part in CODE:
        for path in sorted((ROOT / part).rglob("*.py")):
            if path.name not in READS_ONLY:
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
