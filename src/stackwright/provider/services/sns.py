"""Amazon SNS. https://docs.aws.amazon.com/sns/latest/api/"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Properties, Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.lookups import Lookup
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, tag_list

_GONE: Final = ("NotFound", "NotFoundException", "InvalidParameter")

# The protocols whose deliveries can be reported, in the provider's and in SNS's spelling.
_REPORTING: Final = {
    "application": "Application",
    "firehose": "Firehose",
    "http": "HTTP",
    "lambda": "Lambda",
    "sqs": "SQS",
}
_FEEDBACK: Final = ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")

# Input of the topic -> attribute of SetTopicAttributes.
_TOPIC: Final = {
    "archivePolicy": "ArchivePolicy",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoThroughputScope": "FifoThroughputScope",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maximumMessageSize": "MaximumMessageSize",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
    **{f"{ours}{kind}": f"{theirs}{kind}" for ours, theirs in _REPORTING.items() for kind in _FEEDBACK},
}

# Input of the subscription -> attribute of SetSubscriptionAttributes, and what stands for none.
_SUBSCRIPTION: Final = {
    "deliveryPolicy": ("DeliveryPolicy", ""),
    "filterPolicy": ("FilterPolicy", "{}"),
    "filterPolicyScope": ("FilterPolicyScope", "MessageAttributes"),
    "rawMessageDelivery": ("RawMessageDelivery", "false"),
    "redrivePolicy": ("RedrivePolicy", ""),
    "subscriptionRoleArn": ("SubscriptionRoleArn", ""),
}


# Input of the platform application -> its attribute.
_APPLICATION: Final = {
    "applePlatformBundleId": "ApplePlatformBundleID",
    "applePlatformTeamId": "ApplePlatformTeamID",
    "eventDeliveryFailureTopicArn": "EventDeliveryFailure",
    "eventEndpointCreatedTopicArn": "EventEndpointCreated",
    "eventEndpointDeletedTopicArn": "EventEndpointDeleted",
    "eventEndpointUpdatedTopicArn": "EventEndpointUpdated",
    "failureFeedbackRoleArn": "FailureFeedbackRoleArn",
    "platformCredential": "PlatformCredential",
    "platformPrincipal": "PlatformPrincipal",
    "successFeedbackRoleArn": "SuccessFeedbackRoleArn",
    "successFeedbackSampleRate": "SuccessFeedbackSampleRate",
}


class Topic(Provisioner):
    """Its id is its ARN."""

    type = "sns/topic:Topic"
    replace_on = frozenset({"name", "namePrefix", "fifoTopic"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        attributes = _topic_attributes(new)
        if new.get("fifoTopic"):
            attributes["FifoTopic"] = "true"
        answer = aws.client("sns").create_topic(
            Name=new["name"], Attributes=attributes, Tags=tag_list(aws.tags(new.get("tags")))
        )
        return Created(answer["TopicArn"], {"arn": answer["TopicArn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        sns, arn = aws.client("sns"), id_of(old)
        before, after = _topic_attributes(old.inputs), _topic_attributes(new)
        for name in before.keys() | after.keys():
            if before.get(name) != after.get(name):
                gone = default_policy(aws, arn) if name == "Policy" else ""
                value = after.get(name, gone)
                sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
        wanted, dropped = changed_tags(aws, new, old)
        if dropped:
            sns.untag_resource(ResourceArn=arn, TagKeys=dropped)
        if wanted:
            sns.tag_resource(ResourceArn=arn, Tags=tag_list(wanted))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("sns").delete_topic(TopicArn=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        attributes = aws.client("sns").get_topic_attributes(TopicArn=id_of(wanted))["Attributes"]
        known = {ours: attributes[theirs] for ours, theirs in _TOPIC.items() if theirs in attributes}
        arn = attributes["TopicArn"]
        return Created(outputs={**known, "arn": arn, "name": arn.rsplit(":", 1)[1], "owner": attributes["Owner"]})


class TopicPolicy(Provisioner):
    """Removing it brings the default policy back, as the provider does."""

    type = "sns/topicPolicy:TopicPolicy"
    replace_on = frozenset({"arn"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        arn = new["arn"]
        aws.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=policy_text(new["policy"])
        )
        return Created(arn, {"owner": arn.split(":")[4]})

    def delete(self, aws: Aws, old: Resource) -> None:
        arn, sns = id_of(old), aws.client("sns")
        policy = default_policy(aws, arn)
        ignoring(_GONE, lambda: sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy))


class TopicSubscription(Provisioner):
    """Its id is its ARN."""

    type = "sns/topicSubscription:TopicSubscription"
    replace_on = frozenset({"topic", "protocol", "endpoint"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        given = {theirs: new.get(ours) for ours, (theirs, _) in _SUBSCRIPTION.items()}
        answer = aws.client("sns").subscribe(
            TopicArn=new["topic"],
            Protocol=new["protocol"],
            Endpoint=new["endpoint"],
            Attributes={name: _text(value) for name, value in given.items() if value is not None},
            ReturnSubscriptionArn=True,
        )
        arn = answer["SubscriptionArn"]
        return Created(arn, {"arn": arn, "ownerId": aws.account, "confirmationWasAuthenticated": True})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        sns = aws.client("sns")
        for ours, (theirs, none) in _SUBSCRIPTION.items():
            value = new.get(ours)
            if value != old.inputs.get(ours):
                text = none if value is None else _text(value)
                sns.set_subscription_attributes(SubscriptionArn=id_of(old), AttributeName=theirs, AttributeValue=text)
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: aws.client("sns").unsubscribe(SubscriptionArn=id_of(old)))


class PlatformApplication(Provisioner):
    """Its id is its ARN."""

    type = "sns/platformApplication:PlatformApplication"
    replace_on = frozenset({"name", "platform"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("sns").create_platform_application(
            Name=new["name"], Platform=new["platform"], Attributes=_application_attributes(new)
        )
        arn = answer["PlatformApplicationArn"]
        return Created(arn, {"arn": arn})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("sns").set_platform_application_attributes(
            PlatformApplicationArn=id_of(old), Attributes=_application_attributes(new)
        )
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        sns = aws.client("sns")
        ignoring(_GONE, lambda: sns.delete_platform_application(PlatformApplicationArn=id_of(old)))


def default_policy(aws: Aws, arn: str) -> str:
    """What a topic has when nobody has said anything: its own account may use it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    actions = ("AddPermission", "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic")
    more = ("Publish", "RemovePermission", "SetTopicAttributes", "Subscribe")
    owner = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in (*actions, *more)],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": aws.account}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [owner]})


def get_topic(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html"""
    sns, name = aws.client("sns", args.get("region") or ""), args["name"]
    region = args.get("region") or aws.region
    arn = f"arn:{aws.partition}:sns:{region}:{aws.account}:{name}"
    sns.get_topic_attributes(TopicArn=arn)
    tags = {tag["Key"]: tag["Value"] for tag in sns.list_tags_for_resource(ResourceArn=arn).get("Tags", [])}
    return {"id": arn, "arn": arn, "name": name, "region": region, "tags": tags}


def _topic_attributes(given: Mapping[str, Any]) -> dict[str, str]:
    values = {theirs: given.get(ours) for ours, theirs in _TOPIC.items()}
    return {name: _text(value) for name, value in values.items() if value is not None}


def _application_attributes(new: Inputs) -> dict[str, str]:
    values = {theirs: new.get(ours) for ours, theirs in _APPLICATION.items()}
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, Mapping) else str(value)


PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (Topic, TopicPolicy, TopicSubscription, PlatformApplication)

FUNCTIONS: Final[Mapping[str, Lookup]] = {"aws:sns/getTopic:getTopic": get_topic}
