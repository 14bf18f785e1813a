"""The small parts: URNs, aliases, differences, digests, order, secrecy, sources, diagnostics, dispatch."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import alias_pb2, resource_pb2, source_pb2

from stackwright.engine import secrecy, urns
from stackwright.engine.deployment import aliases, builtin, diffs
from stackwright.engine.deployment.diagnostics import MOST_CHARACTERS, MOST_LINES, Diagnostics
from stackwright.engine.deployment.dispatch import Dispatch
from stackwright.engine.deployment.order import canonical, dependents_first, pending_urn
from stackwright.engine.digests import digest
from stackwright.engine.protocol.sources import Sources
from stackwright.engine.simulated.provider import Simulated
from stackwright.engine.simulated.random_package import RandomPackage
from stackwright.errors import ProgramError, ResourceError
from stackwright.graph import UNKNOWN, Archive, Asset, Resource, Secret, SourcePosition

# ---- URNs and aliases ------------------------------------------------------------------------------------------------

STACK_URN = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"


def test_urns() -> None:
    outer = urns.make_urn("dev", "shop", "my:index:Outer", "o", STACK_URN)
    assert outer == "urn:pulumi:dev::shop::my:index:Outer::o"
    inner = urns.make_urn("dev", "shop", "aws:s3/bucket:Bucket", "a::b", outer)
    assert inner == "urn:pulumi:dev::shop::my:index:Outer$aws:s3/bucket:Bucket::a::b"
    assert (urns.stack_of(inner), urns.project_of(inner), urns.name_of(inner)) == ("dev", "shop", "a::b")
    assert urns.own_type(inner) == "aws:s3/bucket:Bucket"
    assert urns.own_type(outer) == "my:index:Outer"


@pytest.mark.parametrize(
    ("token", "package"),
    [
        ("aws:s3/bucket:Bucket", "aws"),
        ("pulumi:providers:aws", "aws"),
        ("pulumi-python:dynamic:Resource", "pulumi-python"),
    ],
)
def test_packages(token: str, package: str) -> None:
    assert urns.package_of(token) == package


PARENT = "urn:pulumi:dev::shop::my:index:Group::new"


def request(own_name: str = "q", parent: str = STACK_URN, **specs: Any) -> Any:
    made = resource_pb2.RegisterResourceRequest(type="t:i:T", name=own_name, parent=parent)
    if specs:
        made.aliases.append(alias_pb2.Alias(spec=alias_pb2.Alias.Spec(**specs)))
    return made


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        ({"name": "old"}, "urn:pulumi:dev::shop::my:index:Group$t:i:T::old"),
        ({"type": "u:i:U"}, "urn:pulumi:dev::shop::my:index:Group$u:i:U::q"),
        ({"noParent": True}, "urn:pulumi:dev::shop::t:i:T::q"),
        ({"parentUrn": STACK_URN}, "urn:pulumi:dev::shop::t:i:T::q"),
        ({"stack": "prod", "project": "store"}, "urn:pulumi:prod::store::my:index:Group$t:i:T::q"),
    ],
)
def test_aliases_by_what_was_different(specs: dict[str, Any], expected: str) -> None:
    assert aliases.resolve(request(parent=PARENT, **specs), "dev", "shop") == (expected,)


def test_aliases_by_urn_in_both_spellings() -> None:
    made = request()
    made.aliasURNs.append("urn:a")
    made.aliases.append(alias_pb2.Alias(urn="urn:b"))
    made.aliases.append(alias_pb2.Alias(urn="urn:a"))
    assert aliases.resolve(made, "dev", "shop") == ("urn:a", "urn:b")


def test_aliases_that_follow_from_the_parents() -> None:
    former = ["urn:pulumi:dev::shop::my:index:Group::old", "urn:pulumi:dev::shop::my:index:Team::new"]
    made = request("new-queue", PARENT, name="first")
    assert aliases.resolve(made, "dev", "shop", former) == (
        "urn:pulumi:dev::shop::my:index:Group$t:i:T::first",
        "urn:pulumi:dev::shop::my:index:Group$t:i:T::old-queue",
        "urn:pulumi:dev::shop::my:index:Team$t:i:T::new-queue",
        "urn:pulumi:dev::shop::my:index:Team$t:i:T::first",
    )


# ---- differences -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "old", "is_same"),
    [
        (1, 1.0, True),
        (None, None, True),
        ({"a": None}, {}, True),
        ({"a": 1}, {"a": 1, "b": None}, True),
        ([1, 2], (1, 2), True),
        ([1, 2], [2, 1], False),
        ([1], [1, None], False),
        (Asset("file", "/here/a", "1"), Asset("file", "/there/a", "1"), True),
        (Asset("text", "a", "1"), Asset("text", "b", "2"), False),
        (Archive("file", "a", "1"), Asset("file", "a", "1"), False),
        ({"a": Archive("file", "a", "1")}, {"a": Archive("file", "b", "1")}, True),
        ("1", 1, False),
        ([], {}, False),
    ],
)
def test_same(new: Any, old: Any, is_same: bool) -> None:
    assert diffs.same(new, old) is is_same
    assert diffs.same(old, new) is is_same


def test_changed() -> None:
    assert diffs.changed({"a": 1, "b": 2, "n": None}, {"a": 1, "b": 3, "c": 4}) == {"b", "c"}


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a", ["a"]),
        ("a.b[0].c", ["a", "b", 0, "c"]),
        ('a["b.c"].d', ["a", "b.c", "d"]),
        ("a[*].b", ["a", "*", "b"]),
    ],
)
def test_paths(path: str, parts: list[Any]) -> None:
    assert diffs.parse_path(path) == parts


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a"], {"a": 1, "list": [{"x": 3, "y": 4}, {"x": 5}], "new": 1}),
        (["gone"], {"a": 2, "gone": 9, "list": [{"x": 3, "y": 4}, {"x": 5}], "new": 1}),
        (["new"], {"a": 2, "list": [{"x": 3, "y": 4}, {"x": 5}]}),
        (["list[0].x"], {"a": 2, "list": [{"x": 1, "y": 4}, {"x": 5}], "new": 1}),
        (["list[*].x"], {"a": 2, "list": [{"x": 1, "y": 4}, {}], "new": 1}),
        (["list[7].x", "a.b.c", "nowhere.x"], {"a": 2, "list": [{"x": 3, "y": 4}, {"x": 5}], "new": 1}),
        (["*"], {"a": 1, "list": [{"x": 1, "y": 2}]}),
    ],
)
def test_ignored_paths(paths: list[str], expected: dict[str, Any]) -> None:
    new = {"a": 2, "list": [{"x": 3, "y": 4}, {"x": 5}], "new": 1}
    old = {"a": 1, "gone": 9, "list": [{"x": 1, "y": 2}]}
    assert diffs.with_ignored(new, old, paths) == expected
    assert new["a"] == 2


# ---- digests ---------------------------------------------------------------------------------------------------------


def test_digests_depend_on_content_alone(tmp_path: Path) -> None:
    for where in ("one", "two"):
        (tmp_path / where / "deep").mkdir(parents=True)
        (tmp_path / where / "deep" / "a.py").write_text("a")
        (tmp_path / where / "b.py").write_text("b")
    first = digest(Archive("file", "one"), tmp_path)
    (tmp_path / "two" / "__pycache__").mkdir()
    (tmp_path / "two" / "__pycache__" / "b.pyc").write_text("compiled")
    os.utime(tmp_path / "two" / "b.py", (1, 1))
    assert digest(Archive("file", str(tmp_path / "two")), tmp_path / "elsewhere") == first
    (tmp_path / "two" / "b.py").rename(tmp_path / "two" / "c.py")
    assert digest(Archive("file", "two"), tmp_path) != first
    file = digest(Asset("file", "one/b.py"), tmp_path)
    assert file == digest(Asset("text", "b"), tmp_path)
    nested = Archive("assets", {"x": Asset("file", "one/b.py", file)})
    assert digest(nested, tmp_path) != digest(replace(nested, content={"y": Asset("file", "b", file)}), tmp_path)


@pytest.mark.parametrize(
    "item", [Asset("file", "no"), Archive("file", "no"), Asset("remote", "https://x"), Asset("file", "x" * 5000)]
)
def test_what_has_no_digest(item: Asset | Archive, tmp_path: Path) -> None:
    with pytest.raises(ProgramError) as caught:
        digest(item, tmp_path)
    assert caught.value.fix


# ---- order -----------------------------------------------------------------------------------------------------------


def made(name: str, *needs: str, line: int = 0, parent: str = "", **more: Any) -> Resource:
    stack = (SourcePosition("f.py", line),)
    return Resource(
        f"u:{name}", "t", name, dependencies=tuple(f"u:{n}" for n in needs), parent=parent, stack=stack, **more
    )


def test_canonical_order_does_not_depend_on_arrival() -> None:
    resources = [
        made("z", line=1),
        made("a", "z", line=0),
        made("c", line=2, parent="u:z"),
        made("b", line=2),
        made("e", "b", "c", "missing", line=3),
        made("self", "self", line=9),
    ]
    expected = ["z", "a", "b", "c", "e", "self"]
    for seed in range(20):
        random.Random(seed).shuffle(resources)
        assert [r.name for r in canonical(resources)] == expected
        assert [r.name for r in dependents_first(resources)] == expected[::-1]


def test_what_waits_for_its_deletion_is_known_by_its_first_urn() -> None:
    old = made("a", seed="s::replacement#4")
    pending = replace(old, urn=pending_urn(old), pending_delete=True)
    assert pending.urn == "u:a::pending#4"
    assert [r.name for r in dependents_first([pending, made("b", "a")])] == ["b", "a"]


# ---- secrecy ---------------------------------------------------------------------------------------------------------


def test_secrets_are_carried_over() -> None:
    outputs = {"a": 1, "b": {"c": 2, "d": 3}, "e": [1, 2], "f": 4, "g": Secret(5), "h": 6}
    inputs = {"a": Secret(1), "b": {"c": Secret(2), "d": 3}, "e": [1, Secret(2)], "g": Secret(5), "h": Secret(6)}
    assert secrecy.carry_over(outputs, inputs, ("f", "g", "nowhere")) == {
        "a": Secret(1),
        "b": {"c": Secret(2), "d": 3},
        "e": Secret([1, 2]),
        "f": Secret(4),
        "g": Secret(5),
        "h": Secret(6),
    }
    assert secrecy.carry_over({"a": "text"}, {"a": {"b": Secret(1)}}) == {"a": "text"}


# ---- sources ---------------------------------------------------------------------------------------------------------


def test_only_the_users_frames_count(tmp_path: Path) -> None:
    project, program = tmp_path / "with space", tmp_path / "src"
    environment = project / "env"
    sources = Sources([project, program], environment)
    files = [
        "/usr/lib/python3/x.py",
        str(environment / "lib" / "x.py"),
        str(project / ".venv" / "lib" / "site-packages" / "x.py"),
        str(program / "part.py"),
        str(project / "main.py"),
        "",
    ]
    frames = [
        source_pb2.StackFrame(pc=source_pb2.SourcePosition(uri=Path(f).as_uri() if f else "", line=i))
        for i, f in enumerate(files)
    ]
    request = resource_pb2.RegisterResourceRequest(stackTrace=source_pb2.StackTrace(frames=frames))
    assert sources.stack(request) == (SourcePosition("../src/part.py", 3), SourcePosition("main.py", 4))
    loop = source_pb2.StackFrame(pc=source_pb2.SourcePosition(uri="file:///usr/lib/asyncio/events.py", line=1))
    nested = resource_pb2.RegisterResourceRequest(stackTrace=source_pb2.StackTrace(frames=[frames[4], loop, frames[3]]))
    assert sources.stack(nested) == (SourcePosition("main.py", 4),)
    older = resource_pb2.RegisterResourceRequest(sourcePosition=frames[4].pc)
    assert sources.stack(older) == (SourcePosition("main.py", 4),)
    assert sources.stack(resource_pb2.RegisterResourceRequest(sourcePosition=frames[0].pc)) == ()


# ---- diagnostics -----------------------------------------------------------------------------------------------------


def test_diagnostics_stay_within_bounds() -> None:
    kept = Diagnostics()
    for i in range(MOST_LINES + 5):
        kept.add("stdout", "info", f"line {i}", "")
    kept.add("log", "warning", "x" * (MOST_CHARACTERS + 1), "urn")
    found = kept.all()
    assert found[0].message.endswith(f"… ({MOST_CHARACTERS + 1} characters)")
    assert len(found) == MOST_LINES + 2
    assert found[-1].message == "… and 5 more lines on stdout"


# ---- providers -------------------------------------------------------------------------------------------------------


def test_dispatch_asks_the_provider_of_the_package() -> None:
    class Echo:
        def __getattr__(self, name: str) -> Any:
            return lambda *args: name

    dispatch = Dispatch(lambda: ({"a": Echo()}, Simulated()))  # type: ignore[dict-item]
    resource = Resource("u", "a:b:C", "c")
    asked: list[Any] = [
        dispatch.create(resource, {}),
        dispatch.update(resource, resource, {}),
        dispatch.delete(resource, {}),
        dispatch.read(resource, {}),
        dispatch.replacing(resource, resource, frozenset()),
        dispatch.invoke("a:b:c", {}, {}),
    ]
    assert asked == ["create", "update", None, "read", "replacing", "invoke"]
    assert dispatch.invoke("aws:index/getRegion:getRegion", {}, {"region": "eu-west-1"}).result["region"] == "eu-west-1"


@pytest.mark.parametrize(
    ("type_name", "inputs", "what"),
    [
        ("randomString:RandomString", {"length": 2, "minLower": 3}, "cannot hold 3 required characters"),
        (
            "randomString:RandomString",
            {"length": 2, "lower": False, "upper": False, "numeric": False, "special": False},
            "at least one of",
        ),
        ("randomInteger:RandomInteger", {"min": 3, "max": 2}, "min 3 is greater than max 2"),
        ("randomThing:RandomThing", {}, "has no type random:index/randomThing:RandomThing"),
    ],
)
def test_random_values_that_cannot_be_drawn(type_name: str, inputs: dict[str, Any], what: str) -> None:
    with pytest.raises(ResourceError, match=what):
        RandomPackage().create(Resource("u", f"random:index/{type_name}", "r", inputs=inputs), {})


def test_random_seeds_and_alphabets() -> None:
    def draw(kind: str, **inputs: Any) -> Resource:
        return RandomPackage().create(Resource("u", f"random:index/random{kind}:Random{kind}", "r", inputs=inputs), {})

    one, two = draw("Integer", min=0, max=10**9, seed="s"), draw("Integer", min=0, max=10**9, seed="s")
    assert one.outputs == two.outputs
    without = dict.fromkeys(("lower", "upper", "numeric"), False)
    assert set(draw("String", length=50, overrideSpecial="ab", **without).outputs["result"]) == {"a", "b"}
    password = draw("Password", length=30, minUpper=2, minSpecial=2)
    assert password.id == "none"
    assert password.simulated == {"bcryptHash": "made up, no hash of the password"}
    assert [len(draw("Pet", length=n).id.split("-")) for n in (1, 2, 4)] == [1, 2, 4]  # type: ignore[union-attr]
    assert draw("Shuffle", inputs=[]).outputs["results"] == []
    read = RandomPackage().read(Resource("u", "random:index/randomUuid:RandomUuid", "r", id="given"), {})
    assert read.outputs["result"] == "given"
    with pytest.raises(ResourceError, match="no function"):
        RandomPackage().invoke("random:x:y", {}, {})


def test_stack_references_and_stashes() -> None:
    blank = Resource("u", builtin.STACK_REFERENCE, "r", id="org/p/s")
    known = builtin.stack_reference(blank, {"a": 1, "b": {"c": Secret(2)}})
    assert known.outputs == {"name": "org/p/s", "outputs": {"a": 1, "b": {"c": Secret(2)}}, "secretOutputNames": ["b"]}
    assert builtin.stack_reference(blank, UNKNOWN).outputs["outputs"] is UNKNOWN
    with pytest.raises(ResourceError, match="'x'"):
        builtin.no_stacks("x")
