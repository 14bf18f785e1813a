"""Rules on keys of tables, beyond their pages."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[4] / "tools"))

from checked_programs import Programs

CODES = ("TAB101", "TAB102", "TAB103", "TAB104")
TABLE = "aws.dynamodb.Table('parcels', hash_key='parcel', "
DEMAND = TABLE + "billing_mode='PAY_PER_REQUEST', "
PARCEL = "{'name': 'parcel', 'type': 'S'}"
TOWN = "{'name': 'town', 'type': 'S'}"
BY_TOWN = "global_secondary_indexes=[{'name': 'by-town', 'hash_key': 'town', 'projection_type': '%s'%s}]"
SCHEMA = (
    "global_secondary_indexes=[{'name': 'by-town', 'projection_type': 'ALL',"
    " 'key_schemas': [{'attribute_name': 'town', 'key_type': 'HASH'}]}]"
)

FOUND = {
    "unused": (DEMAND + f"attributes=[{PARCEL}, {TOWN}])", "TAB101"),
    "undefined key": (DEMAND + "attributes=[])", "TAB102"),
    "undefined key of schema": (DEMAND + f"attributes=[{PARCEL}], {SCHEMA})", "TAB102"),
    "undefined sort key": (DEMAND + f"attributes=[{PARCEL}], range_key='sent')", "TAB102"),
    "includes nothing": (DEMAND + f"attributes=[{PARCEL}, {TOWN}], {BY_TOWN % ('INCLUDE', '')})", "TAB103"),
    "all and some": (
        DEMAND + f"attributes=[{PARCEL}, {TOWN}], " + BY_TOWN % ("ALL", ", 'non_key_attributes': ['weight']") + ")",
        "TAB103",
    ),
    "index without capacity": (
        TABLE + f"read_capacity=1, write_capacity=1, attributes=[{PARCEL}, {TOWN}], {BY_TOWN % ('ALL', '')})",
        "TAB104",
    ),
}
FINE = {
    "index": DEMAND + f"attributes=[{PARCEL}, {TOWN}], {BY_TOWN % ('ALL', '')})",
    "schema": DEMAND + f"attributes=[{PARCEL}, {TOWN}], {SCHEMA})",
    "restored": "aws.dynamodb.Table('parcels', restore_source_name='letters')",
    "provisioned": TABLE + f"read_capacity=1, write_capacity=1, attributes=[{PARCEL}])",
    "looked up": "aws.dynamodb.Table.get('parcels', 'parcels')",
}


@pytest.mark.parametrize(("program", "code"), FOUND.values(), ids=list(FOUND))
def test_found(programs: Programs, program: str, code: str) -> None:
    assert [f.code for f in programs.check(program, *CODES).findings] == [code]


def test_left_alone(programs: Programs) -> None:
    program = "\n".join(text.replace("'parcels'", f"'parcels{n}'", 1) for n, text in enumerate(FINE.values()))
    assert programs.check(program, *CODES).findings == ()
