"""AWS Systems Manager Parameter Store. https://docs.aws.amazon.com/systems-manager/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stackwright.graph import Properties, Resource
from stackwright.provider.aws import Aws, Client, ignoring
from stackwright.provider.lookups import Lookup
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, present, tag_list

_SECURE: Final = "SecureString"
_KIND: Final = "Parameter"


class Parameter(Provisioner):
    """Its id is its name."""

    type = "ssm/parameter:Parameter"
    replace_on = frozenset({"name", "dataType"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        ssm, tags = aws.client("ssm"), tag_list(aws.tags(new.get("tags")))
        over = bool(new.get("overwrite"))
        # Overwriting and tagging cannot be said in one call.
        answer = ssm.put_parameter(**_settings(new), Overwrite=over, **present(Tags=None if over else tags or None))
        if over and tags:
            ssm.add_tags_to_resource(ResourceType=_KIND, ResourceId=new["name"], Tags=tags)
        return Created(outputs=_outputs(aws, new, answer))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        ssm, name = aws.client("ssm"), id_of(old)
        answer = ssm.put_parameter(**_settings(new), Overwrite=True)
        wanted, gone = changed_tags(aws, new, old)
        if gone:
            ssm.remove_tags_from_resource(ResourceType=_KIND, ResourceId=name, TagKeys=gone)
        if wanted:
            ssm.add_tags_to_resource(ResourceType=_KIND, ResourceId=name, Tags=tag_list(wanted))
        return _outputs(aws, new, answer)

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(("ParameterNotFound",), lambda: aws.client("ssm").delete_parameter(Name=id_of(old)))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        found = aws.client("ssm").get_parameter(Name=id_of(wanted), WithDecryption=True)["Parameter"]
        known = {key: found[key[0].upper() + key[1:]] for key in ("name", "type", "value", "version")}
        plain = "" if found["Type"] == _SECURE else found["Value"]
        return Created(outputs={**known, "arn": found["ARN"], "insecureValue": plain})


def _settings(new: Inputs) -> dict[str, Any]:
    return present(
        Name=new["name"],
        Type=new["type"],
        Value=_value(new),
        AllowedPattern=new.get("allowedPattern"),
        DataType=new.get("dataType"),
        Description=new.get("description"),
        KeyId=new.get("keyId"),
        Tier=new.get("tier"),
    )


def _value(new: Inputs) -> str:
    given = (new.get(key) for key in ("value", "insecureValue", "valueWo"))
    return next((value for value in given if value is not None), "")


def _outputs(aws: Aws, new: Inputs, answer: Mapping[str, Any]) -> dict[str, Any]:
    hidden = new.get("valueWo") is not None
    value = "" if hidden else _value(new)
    return {
        "arn": arn_of(aws, new["name"]),
        "version": answer["Version"],
        "tier": answer.get("Tier", "Standard"),
        "value": value,
        "insecureValue": "" if new["type"] == _SECURE else value,
        "hasValueWo": hidden,
    }


def arn_of(aws: Aws, name: str, region: str = "") -> str:
    """A parameter's ARN, in which a name that is a path has no second slash."""
    return f"arn:{aws.partition}:ssm:{region or aws.region}:{aws.account}:parameter/{name.removeprefix('/')}"


def get_parameter(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html"""
    open_it = args.get("withDecryption") is not False
    found = _client(aws, args).get_parameter(Name=args["name"], WithDecryption=open_it)["Parameter"]
    return {
        "id": args["name"],
        "name": found["Name"],
        "arn": found["ARN"],
        "type": found["Type"],
        "value": found["Value"],
        "insecureValue": "" if found["Type"] == _SECURE else found["Value"],
        "version": found["Version"],
        "withDecryption": open_it,
        "region": args.get("region") or aws.region,
    }


def get_parameters_by_path(aws: Aws, args: Properties) -> dict[str, Any]:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html"""
    open_it = args.get("withDecryption") is not False
    found = list(_under(_client(aws, args), args["path"], open_it, recursive=bool(args.get("recursive"))))
    return {
        **args,
        "id": args["path"],
        "arns": [one["ARN"] for one in found],
        "names": [one["Name"] for one in found],
        "types": [one["Type"] for one in found],
        "values": [one["Value"] for one in found],
        "withDecryption": open_it,
        "region": args.get("region") or aws.region,
    }


def _under(ssm: Client, path: str, open_it: bool, *, recursive: bool) -> Iterator[dict[str, Any]]:
    start: dict[str, str] = {}
    while True:
        page = ssm.get_parameters_by_path(Path=path, Recursive=recursive, WithDecryption=open_it, **start)
        yield from page.get("Parameters", [])
        if not page.get("NextToken"):
            return
        start = {"NextToken": page["NextToken"]}


def _client(aws: Aws, args: Properties) -> Client:
    return aws.client("ssm", args.get("region") or "")


PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (Parameter,)

FUNCTIONS: Final[Mapping[str, Lookup]] = {
    "aws:ssm/getParameter:getParameter": get_parameter,
    "aws:ssm/getParametersByPath:getParametersByPath": get_parameters_by_path,
}
