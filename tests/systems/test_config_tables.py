"""Every config key, and every number of the specifications, is where it belongs in the graph.

The tables are in `tables/<system>.py`; `tests/support/config_table.py` says how to read and write them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from config_table import Table, config_keys

from stackwright.testing.program import module
from stackwright.workspace import bundled_systems

SYSTEMS = bundled_systems()
TABLES = Path(__file__).resolve().parent / "tables"


def table_of(system: str) -> Table:
    return module(TABLES, system).TABLE if (TABLES / f"{system}.py").is_file() else Table([], [])


def test_every_system_has_a_table_and_every_table_a_system():
    tables = {path.stem for path in TABLES.glob("*.py")}

    assert tables == SYSTEMS.keys(), (
        "write tests/systems/tables/<system>.py with a TABLE for each system, as tables/uploads.py does: "
        "a Row for each key of its config.py, and each number of its specification that no key sets"
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_config_key_has_a_row(system):
    keys, rows = config_keys(SYSTEMS[system]), {row.key for row in table_of(system).rows}

    assert not keys - rows, (
        f"{', '.join(sorted(keys - rows))}: "
        f'add to tests/systems/tables/{system}.py for each: Row("<key>", "<a value that is not the default>", '
        'at("<service>/<type>", "<path of the input>", <what is there by default>, <what is there with the value>))'
    )
    assert not rows - keys, (
        f"{', '.join(sorted(rows - keys))}: take out of tests/systems/tables/{system}.py; config.py has no such key"
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_row_has_a_place_where_the_value_is_seen(system):
    blind = {row.key for row in table_of(system).rows if all(p.default == p.changed for p in row.expectations)}

    assert not blind


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_key_and_number_is_where_it_belongs(system, tmp_path, monkeypatch):
    # One test for a whole table: running the program takes longer than reading all of its rows.
    table = table_of(system)
    for row in table.rows:
        # A variable of the shell counts before the default.
        monkeypatch.delenv(row.key.upper(), raising=False)

    problems = list(table.problems(SYSTEMS[system], tmp_path))

    assert not problems, "\n".join(["not where tests/systems/tables says:", *problems])
