"""HTTP endpoints that rules call. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import pascal, present
from stackwright.provider.services.cloudwatch.events import GONE


class EventConnection(Provisioner):
    """How to authorize at an HTTP endpoint. Its id is its name."""

    type = "cloudwatch/eventConnection:EventConnection"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("events").create_connection(**_connection(new))
        return Created(outputs={"arn": answer["ConnectionArn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("events").update_connection(**_connection(new))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("events").delete_connection(Name=id_of(old)))


def _connection(new: Inputs) -> dict[str, Any]:
    given = new["authParameters"]
    key, basic, oauth = given.get("apiKey"), given.get("basic"), given.get("oauth")
    return {
        "Name": new["name"],
        "Description": new.get("description", ""),
        "AuthorizationType": new["authorizationType"],
        "AuthParameters": present(
            ApiKeyAuthParameters={"ApiKeyName": key["key"], "ApiKeyValue": key["value"]} if key else None,
            BasicAuthParameters=pascal(basic) if basic else None,
            OAuthParameters=_oauth(oauth) if oauth else None,
            InvocationHttpParameters=_http(given.get("invocationHttpParameters")),
        ),
    }


def _oauth(given: Mapping[str, Any]) -> dict[str, Any]:
    client = given.get("clientParameters")
    return present(
        AuthorizationEndpoint=given["authorizationEndpoint"],
        HttpMethod=given["httpMethod"],
        ClientParameters=pascal(client, {"clientId": "ClientID"}) if client else None,
        OAuthHttpParameters=_http(given.get("oauthHttpParameters")),
    )


def _http(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    names = {"bodies": "BodyParameters", "headers": "HeaderParameters", "queryStrings": "QueryStringParameters"}
    return pascal(given, names)


class EventApiDestination(Provisioner):
    """Its id is its name."""

    type = "cloudwatch/eventApiDestination:EventApiDestination"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("events").create_api_destination(**_destination(new))
        return Created(outputs={"arn": answer["ApiDestinationArn"]})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        aws.client("events").update_api_destination(**_destination(new))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(GONE, lambda: aws.client("events").delete_api_destination(Name=id_of(old)))


def _destination(new: Inputs) -> dict[str, Any]:
    return {
        "Name": new["name"],
        "Description": new.get("description", ""),
        "ConnectionArn": new["connectionArn"],
        "InvocationEndpoint": new["invocationEndpoint"],
        "HttpMethod": new["httpMethod"],
        "InvocationRateLimitPerSecond": new.get("invocationRateLimitPerSecond", 300),
    }
