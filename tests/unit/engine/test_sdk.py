"""Reading outputs off an SDK's source."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path

from stackwright.engine import identity, sdk


def test_outputs_of_a_package_of_our_own_environment() -> None:
    found = sdk.outputs_of("random:index/randomId:RandomId")
    assert found.computed == {"b64Std": "str", "b64Url": "str", "dec": "str", "hex": "str"}
    assert found.filled == {}
    assert sdk.outputs_of("random:index/randomString:RandomString").filled["lower"] == "bool"


def test_outputs_of_a_package_of_another_environment(tmp_path: Path) -> None:
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
    assert sdk.outputs_of("tiny:part/thing:Thing", python) == sdk.Outputs({"madeOf": "list"}, {})
    assert sdk.outputs_of("tiny:part/other:Other", python) == sdk.Outputs()


def test_packages_that_are_not_there() -> None:
    assert sdk.outputs_of("nowhere:index:Thing", sys.executable) == sdk.Outputs()


def test_the_data_is_that_of_the_installed_sdk() -> None:
    data = json.loads((Path(identity.__file__).parent / "data" / "outputs.json").read_text())
    assert data["source"] == f"pulumi-aws {metadata.version('pulumi-aws')}", "run tools/read_sdk_outputs.py"
    directory = Path(str(metadata.distribution("pulumi-aws").locate_file("pulumi_aws")))
    for file in ("sqs/queue.py", "s3/bucket.py", "lambda_/function.py", "ec2/vpc.py"):
        for token, outputs in sdk.resource_outputs((directory / file).read_text()):
            assert data["types"][token] == outputs.computed
            assert data["filled"].get(token, {}) == outputs.filled
    for file in ("ec2/get_ami.py", "get_region.py"):
        for token, results in sdk.function_results((directory / file).read_text()):
            assert data["functions"][token] == results
