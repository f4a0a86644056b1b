"""Write what the program prints into the documents: the card in the README, law/COVERAGE.md, docs/tables-schema.md."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
MARK = "`lawfulhold decide examples/cases/hartford-2024.yaml`"


def output(*arguments: str) -> str:
    """What the command prints."""
    command = [sys.executable, "-m", "lawfulhold", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def tables_schema() -> str:
    """docs/tables-schema.md: the canonical columns of imported tables, the releases, and the words of the files."""
    folder = ROOT / "lawfulhold" / "tables"
    schema = yaml.safe_load((folder / "schema.yaml").read_text(encoding="utf-8"))
    words = yaml.safe_load((folder / "vocabulary.yaml").read_text(encoding="utf-8"))
    lines = [
        "# The canonical schema of imported tables",
        "",
        "Written by `make documents` from the data files of `lawfulhold/tables/`.",
    ]

    def columns(title: str, rows: list[dict[str, Any]]) -> None:
        lines.extend(["", f"### {title}", "", "| column | type | meaning |", "|---|---|---|"])
        lines.extend(f"| `{row['name']}` | {row['type']} | {row['meaning']} |" for row in rows)

    for name, table in schema["tables"].items():
        lines.extend(["", f"## `{name}.parquet`", "", f"A row without a readable `{table['key']}` is quarantined."])
        columns("Read from the file", table["columns"])
        columns("Worked out at import", table["derived"])
    lines.extend(["", "## In every table"])
    columns("Where a row comes from", schema["provenance"])
    lines.extend(["", "## Releases", "", "| release | title | what to know |", "|---|---|---|"])
    for path in sorted((folder / "releases").glob("*.yaml")):
        release = yaml.safe_load(path.read_text(encoding="utf-8"))
        lines.append(f"| `{release['id']}` | {release['title']} | {release.get('note', '')} |")
    lines.extend(["", "## Outcomes", "", "`means` is what the value supports, and no more.", ""])
    lines.extend(["| outcome | label | ICE recorded an end | means |", "|---|---|---|---|"])
    for name, outcome in words["outcomes"].items():
        lines.append(f"| `{name}` | {outcome['label']} | {'yes' if outcome['closed'] else 'no'} | {outcome['means']} |")
    lines.extend(["", "## Lift reasons", "", "| as ICE writes it | outcome | because |", "|---|---|---|"])
    for name, reason in words["lift_reasons"].items():
        lines.append(f"| {name} | `{reason['outcome']}` | {reason['because']} |")
    lines.extend(["", "## Forms", "", "| form | asks | note |", "|---|---|---|"])
    for form in words["forms"].values():
        lines.append(f"| {form['form']} | {form['asks']} | {form.get('note', '')} |")
    return "\n".join([*lines, *_facts_of_tables(folder)]) + "\n"


def _facts_of_tables(folder: Path) -> list[str]:
    """The facts that an imported table gives, and the sets of facts that may be assumed."""
    given = yaml.safe_load((folder / "facts.yaml").read_text(encoding="utf-8"))
    lines = ["", "## Facts that an imported table gives", "", "A fact that is not here is unknown in every row.", ""]
    lines.extend(["| fact | why, and no more |", "|---|---|"])
    for name in ("jurisdiction", "agency", "date"):
        lines.append(f"| `{name}` | {given[name]['because']} |")
    for name, fact in given["facts"].items():
        lines.append(f"| `{name}` | {fact['because']} |")
    for charge in given["charges"]:
        lines.append(f"| a charge: {', '.join(f'`{name}`' for name in charge['fields'])} | {charge['because']} |")
    for name, chosen in given["assumptions"].items():
        lines.extend(["", f"## `--assume {name}`", "", chosen["means"].strip(), "", "| fact | assumed |", "|---|---|"])
        words = {True: "yes", False: "no"}
        lines.extend(f"| `{fact}` | {words.get(value, value)} |" for fact, value in chosen["facts"].items())
    return lines


def main() -> None:
    """Write them all."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before, after = readme.split(MARK)
    _, _, rest = after.split("```", 2)
    card = output("decide", "examples/cases/hartford-2024.yaml").strip()
    (ROOT / "README.md").write_text(f"{before}{MARK}\n\n```\n{card}\n```{rest}", encoding="utf-8")
    (ROOT / "law" / "COVERAGE.md").write_text(output("law", "coverage"), encoding="utf-8")
    (ROOT / "docs" / "tables-schema.md").write_text(tables_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
