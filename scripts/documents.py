"""Write the parts of the documents that the program prints: the card in the README, and law/COVERAGE.md."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = "`lawfulhold decide examples/cases/hartford-2024.yaml`"


def output(*arguments: str) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "lawfulhold", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


readme = (ROOT / "README.md").read_text(encoding="utf-8")
before, after = readme.split(MARK)
_, _, rest = after.split("```", 2)
card = output("decide", "examples/cases/hartford-2024.yaml").strip()
(ROOT / "README.md").write_text(f"{before}{MARK}\n\n```\n{card}\n```{rest}", encoding="utf-8")
(ROOT / "law" / "COVERAGE.md").write_text(output("law", "coverage"), encoding="utf-8")
