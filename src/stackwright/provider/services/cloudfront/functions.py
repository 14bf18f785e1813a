"""CloudFront Functions and their key-value stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._shapes import changed_tags, tag_list
from stackwright.provider.services.cloudfront.common import arn, counted, unless_gone


class Function(Provisioner):
    """Its id is its name. It runs when `node` is on the emulator's PATH."""

    type = "cloudfront/function:Function"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        cloudfront, name = aws.client("cloudfront"), new["name"]
        tags = aws.tags(new.get("tags"))
        answer = cloudfront.create_function(
            Name=name,
            FunctionConfig=_config(new),
            FunctionCode=new["code"].encode(),
            **({"Tags": {"Items": tag_list(tags)}} if tags else {}),
        )
        return Created(name, {"arn": arn(aws, "function", name), **_published(cloudfront, name, new, answer["ETag"])})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        cloudfront, name = aws.client("cloudfront"), id_of(old)
        current = cloudfront.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"]
        cloudfront.update_function(
            Name=name, IfMatch=current, FunctionConfig=_config(new), FunctionCode=new["code"].encode()
        )
        wanted, gone = changed_tags(aws, new, old)
        if gone:
            cloudfront.untag_resource(Resource=old.outputs["arn"], TagKeys={"Items": gone})
        if wanted:
            cloudfront.tag_resource(Resource=old.outputs["arn"], Tags={"Items": tag_list(wanted)})
        # The API's model looks for the new ETag of an update under a misspelled header.
        return _published(cloudfront, name, new, cloudfront.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"])

    def delete(self, aws: Aws, old: Resource) -> None:
        cloudfront, name = aws.client("cloudfront"), id_of(old)

        def delete() -> None:
            current = cloudfront.describe_function(Name=name, Stage="DEVELOPMENT")["ETag"]
            cloudfront.delete_function(Name=name, IfMatch=current)

        unless_gone(delete)


def _config(new: Inputs) -> dict[str, Any]:
    stores = [{"KeyValueStoreARN": store} for store in new.get("keyValueStoreAssociations", [])]
    config = {"Comment": new.get("comment", ""), "Runtime": new["runtime"]}
    return {**config, "KeyValueStoreAssociations": counted(stores)} if stores else config


def _published(cloudfront: Any, name: str, new: Inputs, etag: str) -> dict[str, str]:
    if not new.get("publish", True):
        return {"etag": etag, "status": "UNPUBLISHED", "liveStageEtag": ""}
    summary = cloudfront.publish_function(Name=name, IfMatch=etag)["FunctionSummary"]
    live = cloudfront.describe_function(Name=name, Stage="LIVE")["ETag"]
    return {"etag": etag, "status": summary.get("Status", "UNASSOCIATED"), "liveStageEtag": live}


class KeyValueStore(Provisioner):
    """Its id is its name."""

    type = "cloudfront/keyValueStore:KeyValueStore"
    replace_on = frozenset({"name"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("cloudfront").create_key_value_store(Name=new["name"], Comment=new.get("comment", ""))
        made = answer["KeyValueStore"]
        modified = str(made.get("LastModifiedTime", ""))
        return Created(new["name"], {"arn": made["ARN"], "etag": answer["ETag"], "lastModifiedTime": modified})

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        cloudfront, name = aws.client("cloudfront"), new["name"]
        current = cloudfront.describe_key_value_store(Name=name)["ETag"]
        answer = cloudfront.update_key_value_store(Name=name, IfMatch=current, Comment=new.get("comment", ""))
        return {"etag": answer["ETag"]}

    def delete(self, aws: Aws, old: Resource) -> None:
        cloudfront, name = aws.client("cloudfront"), id_of(old)

        def delete() -> None:
            current = cloudfront.describe_key_value_store(Name=name)["ETag"]
            cloudfront.delete_key_value_store(Name=name, IfMatch=current)

        unless_gone(delete)


PROVISIONERS = (Function, KeyValueStore)
