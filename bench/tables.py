"""Tables: Lawful Hold beside OpenFisca-Core, GoRules ZEN and the floor, one command, one run.

    python -m bench.tables [--rows 5000000]

1. All encoded law, three questions, over synthetic rows in the form of a release: time, memory, and the floor, which is DuckDB reading
   the finished result and writing it again.
2. One law (Connecticut as it binds its Department of Correction on 1 February 2024), the same rows for everyone, all facts known, because the
   peers have no unknown: Lawful Hold over the table, OpenFisca over numpy arrays in chunks that fit its memory, ZEN row by row over a
   sample. The answers of all three are compared before anything is timed. OpenFisca's arrays and ZEN's inputs are made outside the clock.

Times are CPU seconds (user and system, all threads) and wall seconds; ratios are of CPU time, which another job on the machine bends least.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bench.decide import CONSTRAINED, DAY, KIND, PERIOD, PLACE, _key, as_zen, openfisca_system
from lawfulhold import Case, Law
from lawfulhold.facts.read import ASK_TO_HOLD, facts_of
from lawfulhold.facts.vocabulary import case_facts, charge_facts
from lawfulhold.rules.conditions import Tree, inner_leaves, leaves
from lawfulhold.rules.decide import Plan, book_of
from lawfulhold.rules.missing import domain

QUESTIONS = ("hold", "notify", "transfer")
PEER_CHUNK = 500_000
FISCA_ROWS = 200_000


class Cost(NamedTuple):
    """What a step cost: CPU and wall seconds, most memory in MB (of a process of its own)."""

    cpu: float
    wall: float
    memory: float


def measured(code: str, *arguments: str) -> Cost:
    """Run Python code in a process of its own. Its last line of output may be anything; the cost is the whole process's."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], env=os.environ | {"PYTHONPATH": os.getcwd()})
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    assert status == 0, f"failed: {code[:80]}"
    del before
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


DECIDE = """
import sys
from pathlib import Path
from lawfulhold.rules.law import Law
from lawfulhold.tables.decide_table import decide_file
report = decide_file(Path(sys.argv[1]), Path(sys.argv[2]), Law(), questions=("hold", "notify", "transfer"), agency=sys.argv[3] or None, assume=sys.argv[4:])
shares = ', '.join(f'{question} {share:.0%}' for question, share in report.determined.items())
print(f'    {report.rows:,} rows, {report.combinations:,} different combinations; determined: {shares}', flush=True)
"""
IN_MEMORY = """
import sys, time, duckdb, json
from lawfulhold.rules.law import Law
from lawfulhold.tables import engines
from lawfulhold.tables.decide_table import QUESTIONS, Run, Table
connection = engines.connect()
connection.execute(f"CREATE TABLE lh_source AS SELECT * FROM read_parquet('{sys.argv[1]}/detainers.parquet')")
law = Law()
for code in law.codes:
    law.chain(code)
cpu, wall = time.process_time(), time.perf_counter()
table = Table(engines.DuckDB(connection, 'rows'), [Run(law)], QUESTIONS, agency='sheriff', assume=['bare-detainer'])
table.decide()
answers = table.answered(0).replace('SELECT lh_s.*, ', 'SELECT ', 1)
connection.execute(f"CREATE TABLE answers AS {answers}")
print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]))
"""
FLOOR = """
import sys, tempfile, duckdb
connection = duckdb.connect(config={"memory_limit": "2GB", "temp_directory": tempfile.mkdtemp()})
connection.execute("SET enable_progress_bar = false")
connection.execute(f"COPY (SELECT * FROM read_parquet('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
"""
PREPARE = """
import sys
from pathlib import Path
from lawfulhold.tables.generator import generate
from lawfulhold.tables.importer import import_files
out, rows, release = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
generate(release, rows, out.with_suffix('.raw.parquet'))
import_files([out.with_suffix('.raw.parquet')], out)
"""


def all_law(folder: Path, rows: int, release: str) -> Cost:
    """All encoded law over rows in the form of a release, and the floor."""
    table = folder / f"rows{rows}"
    print(f"  {rows:,} rows of {release}: generating and importing", flush=True)
    made = measured(PREPARE, str(table), str(rows), release)
    print(f"    generated and imported: CPU {made.cpu:.1f} s, wall {made.wall:.1f} s, {made.memory:,.0f} MB")
    out = folder / f"decided{rows}.parquet"
    ours = measured(DECIDE, str(table), str(out), "sheriff", "bare-detainer")
    floor = measured(FLOOR, str(out), str(folder / "floor.parquet"))
    printed = subprocess.run([sys.executable, "-c", IN_MEMORY, str(table)], check=True, capture_output=True, text=True)
    inside = Cost(*json.loads(printed.stdout.splitlines()[-1]), 0)
    fisca = all_law_on_openfisca(out, rows)
    print(
        f"    decided: CPU {ours.cpu:.1f} s, wall {ours.wall:.1f} s, {ours.memory:,.0f} MB, {rows / ours.cpu:,.0f} rows per CPU second"
    )
    print(f"    floor:   CPU {floor.cpu:.1f} s, wall {floor.wall:.1f} s, {floor.memory:,.0f} MB")
    print(f"    decided / floor: CPU {ours.cpu / floor.cpu:.2f}, wall {ours.wall / floor.wall:.2f}")
    print(
        f"    in memory, to in-memory answers with reasons: CPU {inside.cpu:.1f} s, wall {inside.wall:.1f} s, "
        f"{rows / inside.cpu:,.0f} rows per CPU second, {rows / inside.wall:,.0f} per second"
    )
    print(
        f"    OpenFisca, all encoded law, in memory, bare answers: {rows / fisca.cpu:,.0f} rows per CPU second, {rows / fisca.wall:,.0f} per second; "
        f"Lawful Hold in memory is {fisca.cpu / inside.cpu:.1f} times as fast by CPU, {fisca.wall / inside.wall:.1f} times by the clock",
        flush=True,
    )
    for path in (out, folder / "floor.parquet", table.with_suffix(".raw.parquet")):
        path.unlink()
    return ours


def all_law_on_openfisca(decided: Path, total: int) -> Cost:
    """OpenFisca with one variable for each provision of every law file, on rows of the decided table; the cost is for `total` rows.

    What is not known is false, as OpenFisca has it; no row lists charges. The answers must be ours wherever ours is certain.
    """
    import duckdb
    import numpy
    from openfisca_core import entities, simulation_builder, taxbenefitsystems, variables
    from openfisca_core.periods import DateUnit

    from lawfulhold.tables.table_facts import assumptions

    law = Law()
    period = "2024-02"
    row_entity = entities.Entity("row", "rows", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([row_entity])
    known: dict[str, Any] = {
        **assumptions(["bare-detainer"]),
        "custody.hours_past_release": 0.0,
        "custody.counted_hours_past_release": 0.0,
    }

    def add(name: str, value_type: type, formula: Any = None) -> None:
        body: dict[str, Any] = {
            "value_type": value_type,
            "entity": row_entity,
            "definition_period": DateUnit.MONTH,
            "label": name,
        }
        if formula:
            body["formula"] = formula
        if name not in system.variables:
            system.add_variable(type(name, (variables.Variable,), body))

    def vector(tree: Tree, people: Any, when: Any) -> Any:
        kind = tree[0]
        if kind in ("and", "or"):
            gather = numpy.logical_and if kind == "and" else numpy.logical_or
            return gather.reduce([vector(part, people, when) for part in tree[1:]])
        if kind == "not":
            return numpy.logical_not(vector(tree[1], people, when))
        if kind == "any_charge":
            return numpy.zeros(people.count, bool)
        value = people(_key("", tree[1])[1:], when)
        if kind == "compare":
            symbols: dict[str, Any] = {
                "=": numpy.equal,
                "<>": numpy.not_equal,
                "<": numpy.less,
                "<=": numpy.less_equal,
                ">": numpy.greater,
                ">=": numpy.greater_equal,
            }
            return symbols[tree[2]](value, tree[3])
        return numpy.isin(value, tree[2]) if kind == "in" else value

    for name, fact in case_facts().items():
        add(_key("", name)[1:], {"bool": bool, "number": float}.get(fact.kind, str))
    for name in ("place", "kind", "day"):
        add(name, int)
    places, kinds = list(law.codes), list(law.agencies.kinds)
    chains = {code: [link.code for link in law.chain(code)] for code in places}
    bearing = {
        item.id: item
        for code in places
        for item in law.jurisdiction(code).provisions
        if item.question in QUESTIONS or set(item.voids) & set(QUESTIONS)
    }

    def provision(item: Any) -> Any:
        below = [i for i, code in enumerate(places) if item.jurisdiction in chains[code]]
        bound = [i for i, kind in enumerate(kinds) if law.agencies.above(kind).intersection(item.binds)]

        def formula(row: Any, when: Any) -> Any:
            day = row("day", when)
            result = numpy.isin(row("place", when), below) & numpy.isin(row("kind", when), bound)
            result &= (day >= item.first.toordinal()) & (day <= item.last.toordinal())
            if item.when:
                result &= vector(item.when, row, when)
            return result & ~vector(item.unless, row, when) if item.unless else result

        return formula

    def stands(item: Any, over: list[Any]) -> Any:
        def formula(row: Any, when: Any) -> Any:
            result = row(_key("applies", item.id), when)
            for other in over:
                result = result & ~row(_key("stands", other.id), when)
            return result

        return formula

    def question(name: str) -> Any:
        items = [item for item in bearing.values() if item.question == name]
        voiding = [item for item in bearing.values() if name in item.voids]

        def formula(row: Any, when: Any) -> Any:
            voided = numpy.full(row.count, 99)
            for item in voiding:
                voided = numpy.where(row(_key("stands", item.id), when), numpy.minimum(voided, item.depth), voided)
            answer = numpy.full(row.count, "unsettled", dtype="<U12")
            settled_already = numpy.zeros(row.count, bool)
            permitted = numpy.zeros(row.count, bool)
            for depth in sorted({item.depth for item in items}):
                found = {
                    effect: numpy.zeros(row.count, bool)
                    for effect in ("unsettled", "prohibited", "required", "permitted")
                }
                for item in items:
                    if item.depth == depth and item.effect in found:
                        applies = row(_key("stands", item.id), when)
                        found[item.effect] |= (
                            applies & (voided >= depth) if item.effect in ("prohibited", "unsettled") else applies
                        )
                answer = numpy.where(~settled_already & found["prohibited"] & ~found["required"], "prohibited", answer)
                answer = numpy.where(~settled_already & found["required"] & ~found["prohibited"], "required", answer)
                answer = numpy.where(~settled_already & found["unsettled"], "unsettled", answer)
                settled_already |= found["unsettled"] | found["prohibited"] | found["required"]
                permitted |= found["permitted"]
            return numpy.where(~settled_already & permitted, "permitted", answer)

        return formula

    for item in bearing.values():
        add(_key("applies", item.id), bool, provision(item))
        add(
            _key("stands", item.id),
            bool,
            stands(item, [other for other in bearing.values() if item.id in other.overrides]),
        )
    for name in QUESTIONS:
        add(f"answer_{name}", str, question(name))
    columns = ", ".join(f"law_{name}, law_{name}_because" for name in QUESTIONS)
    rows = duckdb.sql(f"""SELECT place, coalesce(agency_kind, 'sheriff') AS kind, detainer_prepare_date AS day, CASE WHEN detainer_type IS NULL
        AND detainer_prepare_date < DATE '2014-10-01' THEN 'I-247' ELSE coalesce(form, '') END AS form, {columns} FROM '{decided}' LIMIT {FISCA_ROWS}""").to_arrow_table()
    count = rows.num_rows
    position = {code: i for i, code in enumerate(places)}
    form = numpy.array(rows.column("form").to_pylist())
    lodged = numpy.isin(form, ASK_TO_HOLD)
    values: dict[str, Any] = {
        "place": numpy.array([position.get(code, -1) for code in rows.column("place").to_pylist()]),
        "kind": numpy.array([kinds.index(kind) for kind in rows.column("kind").to_pylist()]),
        "day": numpy.array([day.toordinal() for day in rows.column("day").to_pylist()]),
        "detainer_form": form,
        "detainer_lodged": lodged,
        "detainer_notice_requested": form != "",
        "detainer_written_request": form != "",
    }
    for name, value in known.items():
        values.setdefault(_key("", name)[1:], numpy.full(count, value))
    start, clock = time.process_time(), time.perf_counter()
    simulation = simulation_builder.SimulationBuilder().build_default_simulation(system, count=count)
    for name, column in values.items():
        simulation.set_input(name, period, column)
    answers = {name: simulation.calculate(f"answer_{name}", period) for name in QUESTIONS}
    cost = Cost((time.process_time() - start) * total / count, (time.perf_counter() - clock) * total / count, 0)
    for name in QUESTIONS:
        ours = rows.column(f"law_{name}").to_pylist()
        because = rows.column(f"law_{name}_because").to_pylist()
        certain = [i for i in range(count) if ours[i] != "undetermined" and because[i] != "unverified"]
        differing = [i for i in certain if ours[i] != answers[name][i]]
        print(
            f"    OpenFisca, {name}: equal on {len(certain) - len(differing):,} of {len(certain):,} rows that are certain"
        )
    return cost


# ------------------------------------------------------------------------------------------------ one law, same rows


def plans(law: Law) -> list[Plan]:
    """The three questions with their provisions."""
    return [plan for plan in book_of(law, PLACE, KIND).plans(DAY) if plan.question in QUESTIONS]


class Caseload:
    """Random rows with every fact known that the rules name. Most papers and findings are rare, as they are in life."""

    def __init__(self, law: Law) -> None:
        trees = [tree for plan in plans(law) for item in plan.provisions for tree in (item.when, item.unless) if tree]
        outer = [leaf for tree in trees for leaf in leaves(tree) if leaf[0] != "any_charge"]
        inner = [leaf for tree in trees for leaf in inner_leaves(tree)]
        self.names = sorted({leaf[1] for leaf in outer} - set(CONSTRAINED))
        self.values = {name: domain(case_facts()[name], outer) for name in self.names}
        self.fields = sorted({f"on_list:{leaf[1]}" if leaf[0] == "on_list" else leaf[1] for leaf in inner})
        self.field_values = {
            name: (True, False) if name.startswith("on_list:") else domain(charge_facts()[name], inner)
            for name in self.fields
        }
        base = Case.model_validate(
            {
                "jurisdiction": PLACE,
                "agency": KIND,
                "date": DAY,
                "detainer": {"form": "I-247A"},
                "record_complete": True,
                "papers": {"criminal_warrant": False, "removal_warrant": False},
            }
        )
        self.fixed = {
            name: value for name, value in facts_of(base).items() if isinstance(value, (bool, int, float, str))
        }

    def columns(self, count: int, seed: int) -> dict[str, Any]:
        """Numpy arrays by fact, and by ``charge.field``."""
        import numpy as np

        rnd = np.random.default_rng([seed, count])

        def drawn(values: tuple[Any, ...]) -> Any:
            if values == (True, False):
                return rnd.random(count) < 0.03
            weights = np.array([0.9] + [0.1 / (len(values) - 1)] * (len(values) - 1)) if len(values) > 1 else np.ones(1)
            return np.array(values)[rnd.choice(len(values), count, p=weights)]

        columns = {name: drawn(self.values[name]) for name in self.names}
        for name in self.fields:
            values = self.field_values[name]
            columns[f"charge.{name}"] = (
                rnd.random(count) < 0.2
                if values == (True, False)
                else np.array(values)[rnd.integers(0, len(values), count)]
            )
        return columns

    def case(self, columns: dict[str, Any], row: int) -> dict[str, Any]:
        """One row as ZEN reads it."""

        def plain(value: Any) -> Any:
            return value.item() if hasattr(value, "item") else value

        found = {_key("", name)[1:]: value for name, value in self.fixed.items()}
        found |= {_key("", name)[1:]: plain(columns[name][row]) for name in self.names}
        found["charges"] = [{_key("", name)[1:]: plain(columns[f"charge.{name}"][row]) for name in self.fields}]
        return found

    def write(self, columns: dict[str, Any], path: Path) -> None:
        """The rows as the table that Lawful Hold reads."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        count = len(next(iter(columns.values())))
        table = {
            "jurisdiction": pa.array([PLACE] * count),
            "agency.kind": pa.array([KIND] * count),
            "date": pa.array([DAY] * count),
        }
        table |= {
            "detainer.form": pa.array(["I-247A"] * count),
            "papers.criminal_warrant": pa.array([False] * count),
            "papers.removal_warrant": pa.array([False] * count),
            "record_complete": pa.array([True] * count),
        }
        table |= {name: pa.array(columns[name]) for name in self.names}
        table |= {f"charge1.{name}": pa.array(columns[f"charge.{name}"]) for name in self.fields}
        pq.write_table(pa.table(table), path, compression="zstd")


def openfisca(law: Law, caseload: Caseload) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The rules as OpenFisca variables; the function gives the answers of whole columns."""
    import numpy
    from openfisca_core import simulation_builder

    def kind_of(values: tuple[Any, ...]) -> type:
        return bool if isinstance(values[0], bool) else str if isinstance(values[0], str) else float

    facts = {name: kind_of(caseload.values[name]) for name in caseload.names}
    facts |= {name: kind_of((value,)) for name, value in caseload.fixed.items()}
    fields = {name: kind_of(caseload.field_values[name]) for name in caseload.fields}
    system, period = openfisca_system(plans(law), facts, fields), PERIOD

    def answers(columns: dict[str, Any]) -> dict[str, Any]:
        count = len(next(iter(columns.values())))
        simulation = simulation_builder.SimulationBuilder().build_default_simulation(system, count=count)
        for name in caseload.names:
            simulation.set_input(_key("", name)[1:], period, columns[name])
        for name, value in caseload.fixed.items():
            simulation.set_input(_key("", name)[1:], period, numpy.full(count, value))
        for name in caseload.fields:
            simulation.set_input("charge_" + _key("", name)[1:], period, columns[f"charge.{name}"])
        return {name: simulation.calculate(f"answer_{name}", period) for name in QUESTIONS}

    return answers


def chunks(rows: int) -> Iterator[int]:
    """Sizes of the chunks in which the peers are run."""
    while rows > 0:
        yield min(rows, PEER_CHUNK)
        rows -= PEER_CHUNK


def one_law(folder: Path, rows: int, sample: int) -> None:
    """The same rows and rules for all three."""
    import pyarrow.parquet as pq
    import zen

    from lawfulhold.tables.decide_table import decide_data

    law = Law()
    caseload = Caseload(law)
    fisca, engine = openfisca(law, caseload), zen.ZenEngine().create_decision(as_zen(law))
    few = caseload.columns(2000, seed=7)
    caseload.write(few, folder / "few.parquet")
    ours = decide_data(pq.read_table(folder / "few.parquet"), law, questions=QUESTIONS)
    theirs = fisca(few)
    for name in QUESTIONS:
        assert ours.column(f"law_{name}").to_pylist() == [str(value) for value in theirs[name]], (
            f"OpenFisca differs on {name}"
        )
    for row in range(300):
        result = engine.evaluate(caseload.case(few, row))["result"]
        assert all(result[name] == ours.column(f"law_{name}")[row].as_py() for name in QUESTIONS), "ZEN differs"
    count = sum(len(plan.provisions) for plan in plans(law))
    print(
        f"  {len(caseload.names)} facts and {len(caseload.fields)} fields of a charge, {count} provisions; answers of OpenFisca equal on "
        "2,000 rows, of ZEN on 300",
        flush=True,
    )

    cpu = wall = 0.0
    parts = []
    for number, size in enumerate(chunks(rows)):
        columns = caseload.columns(size, seed=number)
        part = folder / f"part{number}.parquet"
        caseload.write(columns, part)
        parts.append(part)
        start, clock = time.process_time(), time.perf_counter()
        fisca(columns)
        cpu, wall = cpu + time.process_time() - start, wall + time.perf_counter() - clock
    fisca_cost = Cost(cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    with pq.ParquetWriter(folder / "same.parquet", pq.read_schema(parts[0])) as writer:
        for part in parts:
            writer.write_table(pq.read_table(part))
            part.unlink()
    cost = measured(DECIDE, str(folder / "same.parquet"), str(folder / "same-decided.parquet"), "")
    floor = measured(FLOOR, str(folder / "same-decided.parquet"), str(folder / "floor.parquet"))
    columns = caseload.columns(sample, seed=99)
    inputs = [caseload.case(columns, row) for row in random.Random(1).sample(range(sample), sample)]
    start = time.process_time()
    for each in inputs:
        engine.evaluate(each)
    zen_cpu = time.process_time() - start
    print(
        f"    Lawful Hold: {rows:,} rows, CPU {cost.cpu:.1f} s, wall {cost.wall:.1f} s, {cost.memory:,.0f} MB, {rows / cost.cpu:,.0f} rows per CPU second"
        " (start, reading and writing the table included)"
    )
    print(f"    floor:       CPU {floor.cpu:.1f} s; Lawful Hold / floor {cost.cpu / floor.cpu:.2f}")
    print(
        f"    OpenFisca:   CPU {fisca_cost.cpu:.1f} s, wall {fisca_cost.wall:.1f} s, {fisca_cost.memory:,.0f} MB, {rows / fisca_cost.cpu:,.0f} rows per CPU "
        "second (arrays in memory, nothing read or written)"
    )
    print(f"    ZEN:         {sample:,} rows, CPU {zen_cpu:.1f} s, {sample / zen_cpu:,.0f} rows per CPU second")
    print(
        f"    Lawful Hold is {fisca_cost.cpu / cost.cpu:.1f} times OpenFisca's throughput and {rows / cost.cpu / (sample / zen_cpu):,.0f} times ZEN's"
    )


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--sample", type=int, default=20_000, help="rows for ZEN")
    parser.add_argument("--release", default="npr_fy08_fy17")
    parser.add_argument(
        "--also", type=int, nargs="*", default=[], help="other numbers of rows for part 1, to see that time is linear"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-tables-", dir=os.environ.get("BENCH_DIR")) as name:
        folder = Path(name)
        print("1. all encoded law")
        for rows in [*options.also, options.rows]:
            all_law(folder, rows, options.release)
        print("2. one law, the same rows for everyone")
        one_law(folder, options.rows, options.sample)


if __name__ == "__main__":
    main()
