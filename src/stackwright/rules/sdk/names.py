"""Arguments and attributes that the installed SDK does not have, or demands."""

from __future__ import annotations

from collections.abc import Iterator

from stackwright.rules.finding import Problem
from stackwright.rules.places import meant, place
from stackwright.rules.rule import source_rule
from stackwright.source.facts import MissingArgument, MissingAttribute, UnknownArgument
from stackwright.source.reader import Reading


@source_rule("SDK101", "breaks", "unknown-argument", rows=("S1-3", "S1-7", "S3-7", "S2-1"))
def unknown_argument(source: Reading) -> Iterator[Problem]:
    """An argument, or a key of a nested dict, that the installed SDK does not have.

    ## Why is this bad?
    An unknown argument stops the program with a TypeError. An unknown key in a dict does not: it is passed on, and
    the provider refuses it or leaves it out, so that the setting has no effect.
    https://www.pulumi.com/registry/packages/aws/

    ## Example
    ```python
    role = aws.iam.Role("worker", assume_role_policy="{}")
    aws.lambda_.Function("worker", role=role.arn, image_uri="worker", package_type="Image", retry_attempts=2)
    ```

    ## Use instead
    ```python
    role = aws.iam.Role("worker", assume_role_policy="{}")
    function = aws.lambda_.Function("worker", role=role.arn, image_uri="worker", package_type="Image")
    aws.lambda_.FunctionEventInvokeConfig("worker", function_name=function.name, maximum_retry_attempts=2)
    ```
    """
    for fact in source.facts:
        if isinstance(fact, UnknownArgument):
            what = "key" if fact.is_key else "argument"
            version = f" {fact.version}" if fact.version else ""
            yield Problem(
                f"{fact.callee} has no {what} `{fact.argument}` in the installed SDK{version}",
                meant(fact.suggestions, f"Remove it; the arguments are on the page of {fact.callee}."),
                place(fact.place),
            )


@source_rule("SDK102", "breaks", "unknown-argument")
def argument_is_missing(source: Reading) -> Iterator[Problem]:
    """A call without an argument that the installed SDK demands.

    ## Why is this bad?
    It stops the program with a TypeError.

    ## Example
    ```python
    aws.sns.TopicSubscription("mails", protocol="email", endpoint="ops@example.com")
    ```

    ## Use instead
    ```python
    topic = aws.sns.Topic("alarms")
    aws.sns.TopicSubscription("mails", topic=topic.arn, protocol="email", endpoint="ops@example.com")
    ```
    """
    for fact in source.facts:
        if isinstance(fact, MissingArgument):
            names = ", ".join(f"`{name}`" for name in fact.arguments)
            yield Problem(f"{fact.callee} demands {names}", f"Add {names}.", place(fact.place))


@source_rule("SDK103", "breaks", "missing-attribute", rows=("S1-7", "S1-10", "S2-3", "S2-17", "S3-5"))
def missing_attribute(source: Reading) -> Iterator[Problem]:
    """An attribute, class or function that the installed SDK does not have.

    ## Why is this bad?
    It stops the program with an AttributeError; on the result of a look-up that comes later, when its value comes.

    ## Example
    ```python
    api = aws.apigateway.RestApi("shop")
    pulumi.export("endpoint", api.invoke_url)
    ```

    ## Use instead
    ```python
    api = aws.apigateway.RestApi("shop")
    deployment = aws.apigateway.Deployment("shop", rest_api=api.id)
    stage = aws.apigateway.Stage("shop", rest_api=api.id, deployment=deployment.id, stage_name="live")
    pulumi.export("endpoint", stage.invoke_url)
    ```
    """
    for fact in source.facts:
        if isinstance(fact, MissingAttribute):
            yield Problem(
                f"{fact.owner} has no `{fact.attribute}` in the installed SDK",
                meant(fact.suggestions, f"Use what {fact.owner} has; its page in the registry lists it."),
                place(fact.place),
            )
