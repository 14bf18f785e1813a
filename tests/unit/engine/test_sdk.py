"""Reading outputs off an SDK's source."""

from __future__ import annotations

import sys
from pathlib import Path

from stackwright.engine.schema import sdk
from stackwright.engine.schema.shapes import Shape, parse, takes_document


def test_a_package_of_our_own_environment() -> None:
    found = sdk.resource_type("random:index/randomId:RandomId")
    assert found.computed == ("b64Std", "b64Url", "dec", "hex")
    assert found.filled == ()
    assert found.properties["byteLength"] == Shape("int")
    assert "lower" in sdk.resource_type("random:index/randomString:RandomString").filled


def test_objects_have_members_and_policies_may_be_objects() -> None:
    alarm = sdk.resource_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    queries = alarm.properties["metricQueries"]
    assert queries.kind == "list"
    assert queries.item
    assert alarm.members(queries.item)["returnData"].kind == "bool"
    assert sdk.resource_type("aws:iam/role:Role").documents == {"assumeRolePolicy"}
    assert not sdk.resource_type("aws:sqs/queue:Queue").documents


def test_functions() -> None:
    found = sdk.function("aws:ec2/getVpc:getVpc")
    assert found
    assert found.properties["cidrBlock"].kind == "str"
    associations = found.properties["cidrBlockAssociations"].item
    assert associations
    assert "associationId" in found.members(associations)
    assert sdk.function("aws:ec2/getNothing:getNothing") is None


def test_annotations() -> None:
    for text in ("str", "builtins.str", "_builtins.str"):
        assert parse(f"pulumi.Output[{text}]") == Shape("str")
        assert takes_document(f"pulumi.Input[Union[{text}, Union['PolicyDocumentArgs', 'PolicyDocumentArgsDict']]]")
        assert not takes_document(f"pulumi.Input[Optional[Union[{text}, 'Runtime']]]")
    assert parse("pulumi.Output[Optional[Sequence['outputs.Rule']]]") == Shape(
        "list", Shape("object", members="Rule"), optional=True
    )
    assert parse("pulumi.Input[Optional[Mapping[str, pulumi.Input[_builtins.int]]]]") == Shape(
        "map", Shape("int"), optional=True
    )
    assert parse("pulumi.Output[Optional[Union['pulumi.Asset', 'pulumi.Archive']]]") == Shape("asset", optional=True)
    assert parse("pulumi.Output[Optional[Any]]") == Shape("any", optional=True)
    assert parse("Optional[Union[str, 'Word']]") == Shape("str", optional=True)


def test_a_package_of_another_environment(tmp_path: Path) -> None:
    package = tmp_path / "venv" / "lib" / "python3.12" / "site-packages" / "pulumi_tiny" / "part"
    package.mkdir(parents=True)
    (package / "thing.py").write_text(
        """
class Thing(pulumi.CustomResource):
    def _internal_init(self, resource_name, opts=None, size=None, must=None):
        if must is None and not opts.urn:
            raise TypeError("Missing required property 'must'")
        __props__.__dict__["size"] = size
        __props__.__dict__["must"] = must
        __props__.__dict__["made_of"] = None
        super(Thing, self).__init__("tiny:part/thing:Thing", resource_name, __props__, opts)

    @property
    @pulumi.getter(name="madeOf")
    def made_of(self) -> pulumi.Output[Sequence[str]]: ...

    @property
    @pulumi.getter
    def size(self) -> pulumi.Output[Optional[_builtins.int]]: ...

    @property
    @pulumi.getter
    def must(self) -> pulumi.Output[str]: ...
"""
    )
    python = str(tmp_path / "venv" / "bin" / "python")
    found = sdk.resource_type("tiny:part/thing:Thing", python)
    assert (found.computed, found.filled) == (("madeOf",), ())
    assert found.properties["madeOf"] == Shape("list", Shape("str"))
    assert sdk.resource_type("tiny:part/other:Other", python) == sdk.Declared()


def test_a_newer_aws_sdk_of_the_programs_own(tmp_path: Path) -> None:
    module = tmp_path / "venv" / "lib" / "python3.13" / "site-packages" / "pulumi_aws" / "sqs"
    module.mkdir(parents=True)
    (module / "tower.py").write_text(
        """
class Tower(pulumi.CustomResource):
    def _internal_init(self, resource_name, opts=None):
        __props__.__dict__["arn"] = None
        super(Tower, self).__init__('aws:sqs/tower:Tower', resource_name, __props__, opts)

    @property
    @pulumi.getter
    def arn(self) -> pulumi.Output[str]:
"""
    )
    python = str(tmp_path / "venv" / "bin" / "python")
    assert sdk.resource_type("aws:sqs/tower:Tower", python).computed == ("arn",)
    assert sdk.resource_type("aws:sqs/queue:Queue", python).computed  # not in that one, but in ours


def test_packages_that_are_not_there() -> None:
    assert sdk.resource_type("nowhere:index:Thing", sys.executable) == sdk.Declared()
