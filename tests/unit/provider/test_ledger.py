"""The ledger's data is sound, and agrees with the SDK and with what the provisioners do."""

from __future__ import annotations

import functools
import pkgutil
from collections import Counter

from provisioner_source import Mentioned, has, mentioned

from stackwright.engine.schema import sdk
from stackwright.provider import fidelity, registry, services
from tests.support.shown_by import reached

ENTRIES = fidelity.ledger()
OF_TYPES = [entry for entry in ENTRIES if entry.type != fidelity.ANY_TYPE]
# Where AWS's API has another name than the SDK.
API_NAMES = {
    "cloudwatch/eventTarget:EventTarget": ("put_targets",),
    "sns/topicSubscription:TopicSubscription": ("subscribe",),
}
TYPES = sorted({entry.type for entry in OF_TYPES})


@functools.cache
def source(type_name: str) -> Mentioned | None:
    provisioner = registry.find(f"aws:{type_name}")
    return mentioned(provisioner) if provisioner else None


def test_every_entry_names_a_real_type_and_says_a_sentence() -> None:
    for entry in OF_TYPES:
        assert sdk.resource_type(f"aws:{entry.type}").folder, entry
    for entry in ENTRIES:
        assert entry.says.endswith("."), entry
        assert entry.says[0].isupper() or entry.says.startswith(("/", "iam:", "aws:")), entry


def test_no_entry_twice() -> None:
    twice = [key for key, n in Counter((e.type, e.property, e.case) for e in ENTRIES).items() if n > 1]
    assert not twice


def test_no_sentence_of_a_type_twice() -> None:
    """Properties of one type that share a truth share an entry."""
    texts = [
        (e["says"], *sorted([e["type"]] if isinstance(e["type"], str) else e["type"])) for e in fidelity.raw_entries()
    ]
    assert not [text for text, n in Counter(texts).items() if n > 1]


def test_no_type_repeats_what_is_said_of_every_type() -> None:
    everywhere = {e.property for e in ENTRIES if e.type == fidelity.ANY_TYPE}
    assert not [e for e in OF_TYPES if e.property in everywhere]


def test_every_property_is_an_input_of_the_type() -> None:
    for entry in OF_TYPES:
        declared = sdk.resource_type(f"aws:{entry.type}")
        assert not entry.property or entry.property in {*declared.properties} - {*declared.computed}, entry


def test_what_is_kept_or_enforced_is_read_and_what_is_not_emulated_is_not() -> None:
    wrong: list[str] = []
    for entry in OF_TYPES:
        found = source(entry.type)
        if found is None or entry.case or not entry.property:
            continue
        if has(found.read, entry.property) and entry.status == "not-emulated":
            wrong.append(f"{entry.type} reads {entry.property!r}, which is not emulated")
        if not has(found.names, entry.property) and entry.status in ("enforced", "stored", "dropped"):
            wrong.append(f"{entry.type} does not read {entry.property!r}, which is {entry.status}")
    assert not wrong, "\n".join(wrong)


def test_what_no_provisioner_makes_is_not_emulated() -> None:
    for entry in OF_TYPES:
        if registry.find(f"aws:{entry.type}") is None:
            assert entry.status == "not-emulated", entry


def test_every_case_is_asked_for_and_every_one_asked_for_is_there() -> None:
    modules = [m.name.rstrip("_") for m in pkgutil.iter_modules(services.__path__) if not m.name.startswith("_")]
    for type_name in (name for module in modules for name in registry.of_module(module)):
        found = source(type_name)
        cases = {e.case for e in ENTRIES if e.type == type_name and e.case}
        assert found is not None
        assert cases == found.cases, type_name


def test_every_enforced_entry_is_shown_by_tests_and_no_other_is() -> None:
    for entry in ENTRIES:
        assert bool(entry.shown_by) == (entry.status == "enforced"), entry
        assert len(set(entry.shown_by)) == len(entry.shown_by), entry


def test_a_test_that_shows_an_entry_exists_and_is_about_it() -> None:
    """It leads to source that names the type or the property, in the SDK's, the API's or Python's spelling."""
    wrong: list[str] = []
    for entry in ENTRIES:
        kind = entry.type.rpartition(":")[2].removesuffix("V2")
        wanted = {_plain(word) for word in (kind, entry.property, *API_NAMES.get(entry.type, ())) if word}
        for test in entry.shown_by:
            source_text = _plain(reached(test))
            if not any(word in source_text for word in wanted):
                wrong.append(
                    f"{entry.type} {entry.property}: {test} {'is not about it' if source_text else 'is missing'}"
                )
    assert not wrong, "\n".join(wrong)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()
