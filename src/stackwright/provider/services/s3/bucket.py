"""Buckets. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.graph import Resource
from stackwright.provider.aws import Aws, AwsError, Client, error_code, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import changed_tags, present, tag_list
from stackwright.provider.services.s3 import lifecycle, replication, settings, shapes
from stackwright.provider.services.s3.settings import Setting

# The default region takes no location, and is the only one that answers a second creation with success.
_DEFAULT_REGION: Final = "us-east-1"

# https://docs.aws.amazon.com/general/latest/gr/s3.html, the zones of website endpoints
_HOSTED_ZONES: Final = {
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-northeast-2": "Z3W03O7B5YMIYP",
    "ap-south-1": "Z11RGJOFQNVJUP",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
    "ca-central-1": "Z1QDHH18159H29",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "sa-east-1": "Z7KQH4QJS55SO",
}


class Inline:
    """A configuration given in the bucket itself, under one of two names.

    Args:
        key: the input of `Bucket`.
        old_key: the input of `BucketV2` where that differs.
        shape: from the input to the API's structure.
    """

    def __init__(self, key: str, setting: Setting, shape: Callable[[Any], Any], old_key: str = "") -> None:
        self.keys = (key, old_key) if old_key else (key,)
        self.setting = setting
        self._shape = shape

    def value(self, given: Mapping[str, Any]) -> Any:
        """The API's structure, or None where the input is absent."""
        found = next((given.get(key) for key in self.keys if given.get(key) is not None), None)
        if self.setting in _SINGLE and isinstance(found, list):
            found = found[0] if found else None
        return None if found is None or found == [] else self._shape(found)


_SINGLE: Final = (
    settings.VERSIONING,
    settings.ENCRYPTION,
    settings.LOGGING,
    settings.WEBSITE,
    settings.REPLICATION,
)

_INLINE: Final = (
    Inline("versioning", settings.VERSIONING, shapes.versioning, "versionings"),
    Inline(
        "serverSideEncryptionConfiguration",
        settings.ENCRYPTION,
        lambda given: shapes.encryption([shapes.block(given, "rule")]),
        "serverSideEncryptionConfigurations",
    ),
    Inline("lifecycleRules", settings.LIFECYCLE, lifecycle.inline_rules),
    Inline("corsRules", settings.CORS, shapes.cors),
    Inline("website", settings.WEBSITE, shapes.website, "websites"),
    Inline("logging", settings.LOGGING, shapes.logging, "loggings"),
    Inline("policy", settings.POLICY, policy_text),
    Inline("accelerationStatus", settings.ACCELERATION, lambda status: {"Status": status}),
    Inline("requestPayer", settings.REQUEST_PAYMENT, lambda payer: {"Payer": payer}),
    Inline("objectLockConfiguration", settings.OBJECT_LOCK, shapes.object_lock),
    Inline(
        "replicationConfiguration",
        settings.REPLICATION,
        replication.inline_configuration,
        "replicationConfigurations",
    ),
)


class Bucket(Provisioner):
    """Its id is its name."""

    type = "s3/bucket:Bucket"
    replace_on = frozenset({"bucket", "bucketPrefix", "bucketNamespace", "objectLockEnabled"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        s3, name = aws.client("s3"), new["bucket"]
        if aws.region == _DEFAULT_REGION:
            _refuse_second(s3, name)
        tags = aws.tags(new.get("tags"))
        where = present(
            LocationConstraint=aws.region if aws.region != _DEFAULT_REGION else None,
            Tags=tag_list(tags) or None,
        )
        s3.create_bucket(
            Bucket=name,
            **present(
                CreateBucketConfiguration=where or None,
                ACL=new.get("acl"),
                ObjectLockEnabledForBucket=True if _locked(new) else None,
            ),
        )
        for inline in _INLINE:
            value = inline.value(new)
            if value is not None:
                inline.setting.write(s3, name, value)
        _grant(s3, name, new)
        return Created(outputs=_outputs(aws.region))

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        s3, name = aws.client("s3"), id_of(old)
        for inline in _INLINE:
            before, after = inline.value(old.inputs), inline.value(new)
            if after is None and before is not None:
                inline.setting.clear(s3, name)
            elif after != before:
                inline.setting.write(s3, name, after)
        if new.get("acl") and new.get("acl") != old.inputs.get("acl"):
            settings.CANNED_ACL.write(s3, name, new["acl"])
        if new.get("grants") != old.inputs.get("grants"):
            _grant(s3, name, new)
        if any(changed_tags(aws, new, old)):
            _tag(s3, name, aws.tags(new.get("tags")))
        return {}

    def delete(self, aws: Aws, old: Resource) -> None:
        s3, name = aws.client("s3"), id_of(old)
        if old.inputs.get("forceDestroy"):
            ignoring(("NoSuchBucket",), lambda: empty(s3, name))
        ignoring(("NoSuchBucket",), lambda: s3.delete_bucket(Bucket=name))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        region = region_of(aws.client("s3"), id_of(wanted))
        return Created(outputs={"bucket": id_of(wanted), **_outputs(region)})


class BucketV2(Bucket):
    """The deprecated spelling."""

    type = "s3/bucketV2:BucketV2"


def region_of(s3: Client, bucket: str) -> str:
    """Where a bucket is."""
    return s3.head_bucket(Bucket=bucket).get("BucketRegion") or _DEFAULT_REGION


def hosted_zone(region: str) -> str | None:
    """The Route 53 zone of a region's website endpoints, where it is known."""
    return _HOSTED_ZONES.get(region)


def empty(s3: Client, bucket: str, key: str = "") -> None:
    """Delete every version of every object, or of the one with this key; locked ones too, as the provider does."""
    for versions in _pages(s3, bucket, key):
        if versions:
            what = {"Objects": versions, "Quiet": True}
            s3.delete_objects(Bucket=bucket, Delete=what, BypassGovernanceRetention=True)


def _pages(s3: Client, bucket: str, key: str) -> Iterator[list[dict[str, str]]]:
    start: dict[str, str] = {}
    while True:
        page = s3.list_object_versions(Bucket=bucket, Prefix=key, **start)
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        yield [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in found if key in ("", v["Key"])]
        if not page.get("IsTruncated"):
            return
        start = present(KeyMarker=page.get("NextKeyMarker"), VersionIdMarker=page.get("NextVersionIdMarker"))


def _refuse_second(s3: Client, name: str) -> None:
    """S3 in us-east-1 answers the owner's second creation with success; two resources would share the bucket unseen."""
    try:
        s3.head_bucket(Bucket=name)
    except AwsError as error:
        # 403 is somebody else's bucket, about which the creation itself says more.
        if error_code(error) not in ("404", "NoSuchBucket", "403"):
            raise
        return
    raise ResourceError(
        f"the bucket {name!r} exists already",
        fix="Give it another name, or import it; two resources cannot be one bucket.",
    )


def _locked(new: Inputs) -> bool:
    lock = new.get("objectLockConfiguration")
    return bool(new.get("objectLockEnabled") or (lock and lock.get("objectLockEnabled") == "Enabled"))


def _grant(s3: Client, name: str, new: Inputs) -> None:
    given = new.get("grants")
    if given:
        owner = s3.get_bucket_acl(Bucket=name)["Owner"]["ID"]
        settings.ACCESS_CONTROL.write(s3, name, shapes.grants(given, owner))


def _tag(s3: Client, name: str, tags: Mapping[str, str]) -> None:
    if tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(tags)})
    else:
        s3.delete_bucket_tagging(Bucket=name)


def _outputs(region: str) -> dict[str, Any]:
    return present(bucketRegion=region, hostedZoneId=hosted_zone(region))
