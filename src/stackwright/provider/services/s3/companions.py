"""Resources that are one configuration of a bucket. Their id is the bucket's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws, ignoring
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._policies import policy_text
from stackwright.provider.services._shapes import present
from stackwright.provider.services.s3 import lifecycle, notification, replication, settings, shapes
from stackwright.provider.services.s3.settings import Setting

_GONE: Final = ("NoSuchBucket", "404")
_PUBLIC_ACCESS: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


class Companion(Provisioner):
    """Writing overwrites, so creating and updating are the same call."""

    setting: Setting
    replace_on = frozenset({"bucket", "expectedBucketOwner"})

    def configuration(self, new: Inputs) -> Any:
        """What is written."""
        raise NotImplementedError

    def create(self, aws: Aws, new: Inputs) -> Created:
        self.setting.write(aws.client("s3"), new["bucket"], self.configuration(new))
        return Created()

    def delete(self, aws: Aws, old: Resource) -> None:
        ignoring(_GONE, lambda: self.setting.clear(aws.client("s3"), old.inputs["bucket"]))

    def read(self, aws: Aws, wanted: Resource) -> Created:
        bucket = id_of(wanted).split(",")[0]
        aws.client("s3").head_bucket(Bucket=bucket)
        return Created(outputs={"bucket": bucket})


class BucketPublicAccessBlock(Companion):
    type = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    setting = settings.PUBLIC_ACCESS

    def configuration(self, new: Inputs) -> Any:
        return {key[0].upper() + key[1:]: bool(new.get(key)) for key in _PUBLIC_ACCESS}


class BucketOwnershipControls(Companion):
    type = "s3/bucketOwnershipControls:BucketOwnershipControls"
    setting = settings.OWNERSHIP

    def configuration(self, new: Inputs) -> Any:
        return {"Rules": [shapes.spelled(new["rule"])]}


class BucketPolicy(Companion):
    type = "s3/bucketPolicy:BucketPolicy"
    setting = settings.POLICY

    def configuration(self, new: Inputs) -> Any:
        return policy_text(new["policy"])

    def read(self, aws: Aws, wanted: Resource) -> Created:
        bucket = id_of(wanted)
        answer = aws.client("s3").get_bucket_policy(Bucket=bucket)
        return Created(outputs={"bucket": bucket, "policy": answer["Policy"]})


class BucketNotification(Companion):
    type = "s3/bucketNotification:BucketNotification"
    setting = settings.NOTIFICATION

    def configuration(self, new: Inputs) -> Any:
        return notification.configuration(new)


class BucketReplicationConfig(Companion):
    type = "s3/bucketReplicationConfig:BucketReplicationConfig"
    setting = settings.REPLICATION

    def configuration(self, new: Inputs) -> Any:
        return replication.configuration(new["role"], new["rules"])


class BucketVersioning(Companion):
    type = "s3/bucketVersioning:BucketVersioning"
    setting = settings.VERSIONING

    def configuration(self, new: Inputs) -> Any:
        given = shapes.spelled(new["versioningConfiguration"])
        # "Disabled" is the provider's word for never having been switched on, which S3 has no call for.
        return {**given, "Status": "Suspended" if given["Status"] == "Disabled" else given["Status"]}

    def create(self, aws: Aws, new: Inputs) -> Created:
        if new["bucket"] and new["versioningConfiguration"].get("status") == "Disabled":
            return Created()
        return super().create(aws, new)

    def update(self, aws: Aws, new: Inputs, old: Resource) -> Mapping[str, Any]:
        return super().create(aws, new).outputs

    def read(self, aws: Aws, wanted: Resource) -> Created:
        bucket = id_of(wanted).split(",")[0]
        answer = aws.client("s3").get_bucket_versioning(Bucket=bucket)
        status = {"status": answer.get("Status", "Disabled")}
        return Created(outputs={"bucket": bucket, "versioningConfiguration": status})


class BucketServerSideEncryptionConfiguration(Companion):
    type = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    setting = settings.ENCRYPTION

    def configuration(self, new: Inputs) -> Any:
        return shapes.encryption(new["rules"])


class BucketLifecycleConfiguration(Companion):
    type = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    setting = settings.LIFECYCLE

    def create(self, aws: Aws, new: Inputs) -> Created:
        smallest = present(TransitionDefaultMinimumObjectSize=new.get("transitionDefaultMinimumObjectSize"))
        rules = lifecycle.rules(new.get("rules", []))
        self.setting.write(aws.client("s3"), new["bucket"], rules, **smallest)
        return Created()


class BucketCorsConfiguration(Companion):
    type = "s3/bucketCorsConfiguration:BucketCorsConfiguration"
    setting = settings.CORS

    def configuration(self, new: Inputs) -> Any:
        return shapes.cors(new["corsRules"])


class BucketLogging(Companion):
    type = "s3/bucketLogging:BucketLogging"
    setting = settings.LOGGING

    def configuration(self, new: Inputs) -> Any:
        return shapes.logging(new)


class BucketAccelerateConfiguration(Companion):
    type = "s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration"
    setting = settings.ACCELERATION

    def configuration(self, new: Inputs) -> Any:
        return {"Status": new["status"]}


class BucketRequestPaymentConfiguration(Companion):
    type = "s3/bucketRequestPaymentConfiguration:BucketRequestPaymentConfiguration"
    setting = settings.REQUEST_PAYMENT

    def configuration(self, new: Inputs) -> Any:
        return {"Payer": new["payer"]}


class BucketObjectLockConfiguration(Companion):
    type = "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    setting = settings.OBJECT_LOCK

    def configuration(self, new: Inputs) -> Any:
        return shapes.object_lock(new)


class BucketWebsiteConfiguration(Companion):
    type = "s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration"
    setting = settings.WEBSITE

    def configuration(self, new: Inputs) -> Any:
        redirect = new.get("redirectAllRequestsTo")
        if redirect:
            return {"RedirectAllRequestsTo": shapes.spelled(redirect)}
        return present(
            IndexDocument=shapes.spelled(new.get("indexDocument")),
            ErrorDocument=shapes.spelled(new.get("errorDocument")),
            RoutingRules=shapes.routing_rules(new.get("routingRules") or new.get("routingRuleDetails")),
        )


class BucketAcl(Companion):
    """Removing it leaves the ACL as it is, as on AWS."""

    type = "s3/bucketAcl:BucketAcl"

    def create(self, aws: Aws, new: Inputs) -> Created:
        canned, policy = new.get("acl"), new.get("accessControlPolicy")
        s3 = aws.client("s3")
        if canned:
            settings.CANNED_ACL.write(s3, new["bucket"], canned)
        elif policy:
            settings.ACCESS_CONTROL.write(s3, new["bucket"], shapes.spelled(policy))
        return Created(
            ",".join(part for part in (new["bucket"], new.resource.inputs.get("expectedBucketOwner"), canned) if part)
        )

    def delete(self, aws: Aws, old: Resource) -> None:
        return None


def _second_spelling(of: type[Companion]) -> type[Companion]:
    """The deprecated type `…V2`, which is the same in everything but its name."""
    return type(f"{of.__name__}V2", (of,), {"type": f"{of.type.replace(':', 'V2:')}V2", "__doc__": of.__doc__})


_TWICE: Final = (
    BucketAccelerateConfiguration,
    BucketAcl,
    BucketCorsConfiguration,
    BucketLifecycleConfiguration,
    BucketLogging,
    BucketObjectLockConfiguration,
    BucketRequestPaymentConfiguration,
    BucketServerSideEncryptionConfiguration,
    BucketVersioning,
    BucketWebsiteConfiguration,
)

PROVISIONERS: Final[tuple[type[Provisioner], ...]] = (
    BucketNotification,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPublicAccessBlock,
    BucketReplicationConfig,
    *_TWICE,
    *(_second_spelling(cls) for cls in _TWICE),
)
