"""Where a table is read, grouped and joined: DuckDB in this process, or an Apache Spark cluster.

Queries are written once, in DuckDB's SQL; sqlglot writes them for Spark. The table is the view `SOURCE` in both.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lawfulhold.errors import InputError
from lawfulhold.tables.errors import TableError
from lawfulhold.tables.folders import replaced_file, replaced_folder

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SOURCE = "lh_source"
SPARK_MARKER = "_lawfulhold.json"
# The table is always the side of a join that is streamed, so that its rows come out in the order they stand in.
_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "disabled_optimizers": "join_order,build_side_probe_side",
}


def connect(**settings: Any) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in memory that fetches nothing from the network and draws no bar on standard output.

    Raises `InputError` when a setting is none, such as a memory limit without a unit.
    """
    import duckdb

    try:
        connection = duckdb.connect(":memory:", config={**_SETTINGS, **settings})
    except duckdb.Error as error:
        limit = settings.get("memory_limit")
        raise InputError(f"--memory {limit}: {_first_line(error)}; write it like 2GB") from None
    connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def explained(where: str, what: str) -> Iterator[None]:
    """Turn what DuckDB says of a table while it reads it into a `TableError` about `where`: too little memory, or `what` is wrong.

    What it says about the disk stays as it is: `folders.disk` tells it of the file that is written.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise TableError(where, "does not fit into the memory that was allowed; give --memory more") from None
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        raise TableError(where, f"{what} ({_first_line(error)})") from None


class Engine(Protocol):
    """What deciding a table needs. Queries are DuckDB's SQL."""

    name: str
    where: str

    def columns(self) -> list[str]:
        """Names of the columns of the table."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a small result; a struct is a mapping."""

    def register(self, name: str, table: pa.Table) -> None:
        """Make a small table known under a name."""

    def write(self, query: str, out: Path, metadata: Mapping[str, str]) -> None:
        """Write a large result to Parquet; `out` appears whole or not at all."""


class DuckDB:
    """The embedded engine. Row order is kept."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, where: str) -> None:
        self.connection, self.where = connection, where

    def columns(self) -> list[str]:
        """Names of the columns of the table."""
        import duckdb

        try:
            return [name for name, *_ in self.connection.execute(f"DESCRIBE SELECT * FROM {SOURCE}").fetchall()]
        except duckdb.Error as error:
            raise TableError(self.where, f"cannot be read as a table ({_first_line(error)}); import it first") from None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a small result. Raises `TableError` when the columns do not hold what their names say."""
        with explained(self.where, "its columns do not hold what their names say, or it is damaged"):
            return self.connection.execute(query).fetchall()

    def register(self, name: str, table: pa.Table) -> None:
        """Make a small table known under a name. Its texts become enumerations, which are copied and written in half the time."""
        self.connection.register(f"{name}_given", table)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_given")
        self.connection.unregister(f"{name}_given")
        for field in table.schema:
            if field.name.startswith("law_") and table.column(field.name).null_count < table.num_rows:
                kind = f"{name}_{field.name}"
                self.connection.execute(
                    f"CREATE TEMP TYPE {kind} AS ENUM (SELECT DISTINCT {field.name} FROM {name} WHERE {field.name} IS NOT NULL)"
                )
                self.connection.execute(f"ALTER TABLE {name} ALTER {field.name} TYPE {kind}")

    def write(self, query: str, out: Path, metadata: Mapping[str, str]) -> None:
        """Write a large result to one Parquet file."""
        written = ", ".join(f"{key}: '{escaped(value)}'" for key, value in metadata.items())
        with replaced_file(out) as partial, explained(self.where, "is damaged; make it again"):
            self.connection.execute(
                f"COPY ({query}) TO '{escaped(str(partial))}' "
                f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{written}}})"
            )

    def table(self, query: str) -> pa.Table:
        """A result as an Arrow table."""
        import pyarrow as pa

        found = self.connection.sql(query).to_arrow_table()
        plain = [
            pa.field(each.name, pa.string()) if pa.types.is_dictionary(each.type) else each for each in found.schema
        ]
        return found.cast(pa.schema(plain))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160]


def escaped(text: str) -> str:
    """The inside of a SQL string."""
    return text.replace("'", "''")


@contextmanager
def duckdb_file(path: Path, memory: str = "2GB") -> Iterator[DuckDB]:
    """DuckDB over a Parquet or CSV file, or the table in the folder of an import, in bounded memory.

    Raises `TableError` when it is neither.
    """
    import duckdb

    reader = _reader(path)
    with tempfile.TemporaryDirectory(prefix="lawfulhold-") as spill:
        connection = connect(memory_limit=memory, temp_directory=spill)
        try:
            connection.execute(f"CREATE TEMP VIEW {SOURCE} AS SELECT * FROM {reader}")
        except duckdb.Error as error:
            raise TableError(path, f"cannot be read as a table ({_first_line(error)}); import it first") from None
        yield DuckDB(connection, str(path))
        connection.close()


def _reader(path: Path) -> str:
    path = table_path(path)
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == b"PAR1":
        return f"read_parquet('{escaped(str(path))}')"
    if head[:2] in (b"PK", b"\xd0\xcf"):
        raise TableError(path, "a workbook cannot be decided as it is; import it first with `lawfulhold import`")
    return f"read_csv('{escaped(str(path))}', header = true, nullstr = '')"


def table_path(path: Path) -> Path:
    """The file of a table: itself, or the detainers in the folder of an import. Raises `TableError` when there is none."""
    if path.is_dir():
        path = path / "detainers.parquet"
    if not path.is_file():
        raise TableError(path, "there is no such table; import one with `lawfulhold import`")
    return path


def duckdb_data(data: Any) -> DuckDB:
    """DuckDB over a pandas or Polars frame or an Arrow table."""
    import pyarrow as pa

    connection = connect()
    arrow = data if isinstance(data, pa.Table) or not hasattr(data, "to_arrow") else data.to_arrow()
    connection.register(SOURCE, arrow)
    return DuckDB(connection, "the table")


class Spark:
    """A Spark session over a Parquet table. Row order is Spark's."""

    name = "spark"

    def __init__(self, session: Any, where: str) -> None:
        self.session, self.where = session, where

    def columns(self) -> list[str]:
        """Names of the columns of the table."""
        return list(self.session.table(SOURCE).columns)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a small result."""
        found = self.session.sql(for_spark(query)).collect()
        return [tuple(value.asDict() if hasattr(value, "asDict") else value for value in row) for row in found]

    def register(self, name: str, table: pa.Table) -> None:
        """Make a small table known under a name; Spark is told to send it to every worker."""
        import pyspark.sql.functions as sf

        sf.broadcast(self.session.createDataFrame(table)).createOrReplaceTempView(name)

    def write(self, query: str, out: Path, metadata: Mapping[str, str]) -> None:
        """Write a large result to a folder of Parquet files, with what it rests on in `SPARK_MARKER`."""
        with replaced_folder(out, SPARK_MARKER) as folder:
            self.session.sql(for_spark(query)).write.mode("overwrite").parquet(folder.as_uri())
            (folder / SPARK_MARKER).write_text(json.dumps(dict(metadata), indent=2), encoding="utf-8")


def for_spark(query: str) -> str:
    """A query of DuckDB's SQL in Spark's."""
    import sqlglot

    return sqlglot.transpile(query, read="duckdb", write="spark")[0]


@contextmanager
def spark_file(path: Path, master: str = "local[*]", options: Sequence[tuple[str, str]] = ()) -> Iterator[Spark]:
    """Spark over a Parquet file. `master`: a Spark Connect address (``sc://host:port``) or a master such as ``local[*]``.

    A cluster must see the path and the place of the result under the same name (a shared file system).
    """
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise InputError("--engine spark needs PySpark; install it with: pip install 'lawfulhold[spark]'") from None
    builder = SparkSession.builder.appName("lawfulhold")
    remote = master.startswith("sc://")
    builder = builder.remote(master) if remote else builder.master(master)
    settings = [("spark.sql.session.timeZone", "UTC"), ("spark.sql.ansi.enabled", "false"), *options]
    if not remote:
        settings += [
            ("spark.ui.enabled", "false"),
            ("spark.ui.showConsoleProgress", "false"),
            ("spark.driver.bindAddress", "127.0.0.1"),
            ("spark.driver.host", "127.0.0.1"),
        ]
    for key, value in settings:
        builder = builder.config(key, value)
    theirs = SparkSession.getActiveSession()
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise InputError(
            f"Spark at {master} cannot be reached ({_first_line(error)}); is the address right, and Java 17 there?"
        ) from None
    file = table_path(path).resolve()
    try:
        session.read.parquet(file.as_uri()).createOrReplaceTempView(SOURCE)
    except Exception as error:
        raise TableError(path, f"Spark cannot read it as Parquet ({_first_line(error)})") from None
    try:
        yield Spark(session, str(path))
    finally:
        if theirs is None:
            session.stop()
