"""What rules read of a graph."""

from __future__ import annotations

import pytest

from stackwright.graph import UNKNOWN, Graph, Resource, Secret
from stackwright.rules.view import NotKnown, View, kind_of

ACCOUNT = "123456789012"
FUNCTION_ARN = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:resize"


def resource(kind: str, name: str, *, id: str = "", inputs=None, outputs=None, needs: tuple[str, ...] = ()) -> Resource:
    token = f"aws:{kind}"
    return Resource(
        f"urn:{name}",
        token,
        name,
        id=id or name,
        inputs=inputs or {},
        outputs={**(inputs or {}), **(outputs or {})},
        dependencies=needs,
    )


@pytest.fixture
def view() -> View:
    function = {
        "name": "resize",
        "deadLetterConfig": {"targetArn": "arn:q"},
        "environment": {"variables": {"A_B": "1"}},
    }
    return View(
        Graph(
            "shop",
            "dev",
            "simulated",
            (
                resource("sqs/queue:Queue", "jobs", id="https://q", outputs={"arn": "arn:q", "url": "https://q"}),
                resource(
                    "lambda/function:Function", "resize", inputs=function, outputs={"arn": FUNCTION_ARN, "timeout": 3}
                ),
                resource(
                    "s3/bucketV2:BucketV2",
                    "photos",
                    id="photos",
                    outputs={"bucket": "photos", "arn": "arn:aws:s3:::photos"},
                ),
                resource(
                    "s3/bucketVersioning:BucketVersioning",
                    "versions",
                    id="photos",
                    inputs={
                        "bucket": "photos",
                        "status": UNKNOWN,
                        "list": [{"a": UNKNOWN, "b": 1}],
                        "key": Secret("s"),
                    },
                    needs=("urn:photos",),
                ),
                resource("s3/bucketPolicy:BucketPolicy", "policy", needs=("urn:versions",)),
            ),
        )
    )


def test_values_are_read_by_path_in_either_spelling(view):
    (function,) = view.all("lambda/function:Function")

    assert function.get("dead_letter_config.target_arn") == "arn:q"
    assert function.get("deadLetterConfig.targetArn") == "arn:q"
    assert function.get("environment.variables.A_B") == "1"
    assert function.get("timeout") == 3
    assert function.given("timeout") is None
    assert function.get("vpcConfig.subnetIds", ()) == ()


def test_a_value_that_is_not_known_raises_wherever_it_is(view):
    (versions,) = view.all("s3/bucketVersioning:BucketVersioning")

    assert versions.get("key") == "s"
    assert versions.get("list.0.b") == 1
    for read in (
        lambda: versions.get("status"),
        lambda: versions.get("list.a"),
        lambda: versions.items("list")[0]["a"],
    ):
        with pytest.raises(NotKnown):
            read()
    with pytest.raises(NotKnown):
        [item.values() for item in versions.get("list")]


def test_references_are_followed(view):
    (function,) = view.all("lambda/function:Function")

    assert function.refers("deadLetterConfig.targetArn", "sqs/queue:Queue").name == "jobs"
    assert view.find("photos", "s3/bucket:Bucket").name == "photos"
    assert view.within("arn:aws:s3:::photos/in/*", "s3/bucket:Bucket").name == "photos"
    assert view.within("arn:aws:s3:::other/*", "s3/bucket:Bucket") is None


@pytest.mark.parametrize(
    "value",
    [
        "resize",
        "resize:live",
        FUNCTION_ARN,
        f"{FUNCTION_ARN}:live",
        f"{ACCOUNT}:function:resize",
        f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION_ARN}/invocations",
    ],
)
def test_a_function_is_known_by_all_its_names(view, value):
    assert view.function(value).name == "resize"


def test_what_is_made_before_is_found_through_others(view):
    policy, bucket, queue = view.by_urn["urn:policy"], view.by_urn["urn:photos"], view.by_urn["urn:jobs"]

    assert policy.waits_for(bucket)
    assert not policy.waits_for(queue)


def test_old_names_of_types_are_new_ones():
    assert kind_of("aws:s3/bucketV2:BucketV2") == "s3/bucket:Bucket"
    assert kind_of("aws:apigatewayv2/api:Api") == "apigatewayv2/api:Api"


def test_policies_are_read_in_one_shape_and_a_malformed_one_has_no_statements():
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}'
    view = View(
        Graph(
            "shop",
            "dev",
            "simulated",
            (
                resource("iam/policy:Policy", "good", inputs={"policy": text}),
                resource("iam/policy:Policy", "bad", inputs={"policy": "{"}),
            ),
        )
    )
    good, bad = view.all("iam/policy:Policy")

    assert [(s.actions, s.resources) for s in good.policy()] == [(("sqs:*",), ("*",))]
    assert good.policy() is good.policy()
    assert (list(bad.policy()), bool(bad.policy().opaque)) == ([], True)
