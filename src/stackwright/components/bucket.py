"""A private, encrypted S3 bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import pulumi
from pulumi_aws import s3

from . import names
from .bucket_cors import BucketCors
from .bucket_lifecycle import LifecycleRule, lifecycle_rules
from .bucket_policy import refuse_other_encryption
from .component import Component, Transform
from .errors import ComponentError, expect
from .identity import Grantee, Linked
from .json_text import json_text
from .key import Key
from .policy import PolicyDocument, Statement, refuse_plain_http

ObjectAction: TypeAlias = Literal[
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
]
# An upload in parts decrypts its data key again for each part.
_KEY_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "s3:GetObject": ("kms:Decrypt",),
    "s3:GetObjectVersion": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey", "kms:Decrypt"),
}


class Bucket(Component):
    """A bucket with encryption, ownership, public access block, policy, lifecycle and event switch.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html

    Args:
        key: customer-managed key for aws:kms with a bucket key; the AWS-managed key `aws/s3` without.
        encryption: `aws:kms`, or `AES256` for keys of S3's own, which cost nothing and which nobody can withhold.
        lifecycle: lifecycle rules by id. Incomplete multipart uploads go after 7 days in any case.
        versioned: whether old versions are kept.
        send_events: whether S3 sends its events to EventBridge. A BucketNotification can do so, too.
        cors: which pages of other origins may use the bucket with signed URLs; none without.
        name_suffix: last part of the name, because bucket names are shared with all other accounts.
        force_destroy: whether deleting the bucket deletes its objects.
        transform: changes to inner resources by role, see `Component`.

    Raises:
        ComponentError: a lifecycle rule does nothing, S3 does not accept it, or it would keep old versions for ever;
            `cors` names what is no origin; or `AES256` has a key.
    """

    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        key: Key | None = None,
        encryption: Literal["aws:kms", "AES256"] = "aws:kms",
        lifecycle: Mapping[str, LifecycleRule] | None = None,
        versioned: bool = False,
        send_events: bool = False,
        cors: BucketCors | None = None,
        name_suffix: str = "",
        force_destroy: bool = False,
        transform: Mapping[str, Transform] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        rules = lifecycle_rules(name, lifecycle or {}, versioned=versioned)
        if cors is not None:
            expect(f"{name}: cors", cors, BucketCors)
            cors.check(name)
        if key is not None and encryption != "aws:kms":
            raise ComponentError(f"{name}: {encryption} uses no key", fix="leave out key or encryption")
        super().__init__("Bucket", name, transform=transform, opts=opts)

        self.key = key
        self.encryption = encryption
        self.sends_events = send_events
        self._notification = f"{name}-notification" if self.sends_events else ""
        physical = self.environment.physical_name(name, names.BUCKET, globally_unique=True, suffix=name_suffix)
        self.bucket = s3.Bucket(f"{name}-bucket", bucket=physical, force_destroy=force_destroy, opts=self.inside())
        self.bucket_name = self.bucket.bucket
        self.arn = self.bucket.arn
        # What says how an object is kept when it is put; one that comes earlier is kept in another way.
        self.storage: list[pulumi.Resource] = [self._encrypt(encryption)]
        access = self._block_public_access()
        self.document = PolicyDocument(name)
        self.document.add(refuse_plain_http("s3:*", self.arn, pulumi.Output.concat(self.arn, "/*")))
        if self.key is not None:
            self.document.add(*refuse_other_encryption(self.arn, self.key.arn))
        # S3 refuses concurrent changes of a bucket's access settings (OperationAborted).
        self.policy = s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket_name,
            policy=self.document.json,
            opts=self.inside(depends_on=[access]),
        )
        if versioned:
            enabled = s3.BucketVersioningVersioningConfigurationArgs(status="Enabled")
            versioning = s3.BucketVersioning(
                f"{name}-versioning",
                bucket=self.bucket_name,
                versioning_configuration=enabled,
                opts=self.inside(),
            )
            self.storage.append(versioning)
        s3.BucketLifecycleConfiguration(f"{name}-lifecycle", bucket=self.bucket_name, rules=rules, opts=self.inside())
        if cors is not None:
            cors.declare(self, self.bucket_name)
        if self.sends_events:
            s3.BucketNotification(f"{name}-notification", bucket=self.bucket_name, eventbridge=True, opts=self.inside())
        self.finish(bucket_name=self.bucket_name, arn=self.arn)

    def _encrypt(self, algorithm: str) -> s3.BucketServerSideEncryptionConfiguration:
        by_default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm=algorithm, kms_master_key_id=self.key.arn if self.key is not None else None
        )
        return s3.BucketServerSideEncryptionConfiguration(
            f"{self.label}-encryption",
            bucket=self.bucket_name,
            rules=[
                s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=by_default,
                    # It is KMS that is asked less often with it.
                    bucket_key_enabled=True if algorithm == "aws:kms" else None,
                )
            ],
            opts=self.inside(),
        )

    def _block_public_access(self) -> s3.BucketPublicAccessBlock:
        ownership = s3.BucketOwnershipControls(
            f"{self.label}-ownership",
            bucket=self.bucket_name,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.inside(),
        )
        return s3.BucketPublicAccessBlock(
            f"{self.label}-access",
            bucket=self.bucket_name,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.inside(depends_on=[ownership]),
        )

    def claim_notification(self, owner: str, *, eventbridge: bool) -> None:
        """Note who declares the bucket's one notification.

        Raises:
            ComponentError: it is declared already; of two, the later would silently overwrite the earlier.
        """
        if self._notification:
            raise ComponentError(
                f"{self.label} has a notification already, {self._notification}",
                fix="put all into one BucketNotification, with eventbridge=True in place of send_events",
            )
        self._notification = owner
        self.sends_events = eventbridge

    def object_created(self, *, prefix: str = "") -> pulumi.Output[str]:
        """The event pattern of every object that is stored here, under a prefix or at all, for a Rule.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html

        Raises:
            ComponentError: the bucket does not send its events to EventBridge, so the rule would never match.
        """
        if not self.sends_events:
            raise ComponentError(f"{self.label} does not send events to EventBridge", fix="set send_events=True")
        detail: dict[str, Any] = {"bucket": {"name": [self.bucket_name]}}
        if prefix:
            detail["object"] = {"key": [{"prefix": prefix}]}
        return json_text({"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail})

    def grant(self, grantee: Grantee, *actions: ObjectAction, prefix: str = "") -> None:
        """Let a role do these actions to the objects under `prefix`, and use the key for them."""
        objects = pulumi.Output.concat(self.arn, f"/{prefix}*")
        grantee.identity.allow(Statement(actions, [objects]))
        self.environment.connect(grantee.label, self.label, *actions)
        key_actions = dict.fromkeys(action for wanted in actions for action in _KEY_ACTIONS.get(wanted, ()))
        if self.key is not None and key_actions:
            self.key.grant(grantee, *key_actions, via="s3")

    def link(
        self,
        function: Linked,
        variable: str,
        *actions: ObjectAction,
        prefixes: Mapping[str, Sequence[ObjectAction]] | None = None,
        listing: bool = False,
        key_variable: str = "",
    ) -> None:
        """Tell a function the bucket's name, and let it do these actions.

        Args:
            variable: environment variable of the function.
            actions: to all objects.
            prefixes: by prefix of the key, actions to the objects under it.
            listing: whether it may list the keys, see `grant_list`.
            key_variable: variable for the ARN of the bucket's key, for a function that names it when it writes.

        Raises:
            ComponentError: no action is named, the variable is set to something else, or there is no key to tell.
        """
        if not actions and not prefixes:
            raise ComponentError(
                f"{function.label} is linked to {self.label} without an action", fix="name what it does"
            )
        function.variables.set(variable, self.bucket_name)
        if actions:
            self.grant(function, *actions)
        for prefix, wanted in (prefixes or {}).items():
            self.grant(function, *wanted, prefix=prefix)
        if listing:
            self.grant_list(function)
        if key_variable:
            if self.key is None:
                raise ComponentError(f"{self.label} has no key of its own", fix="leave `key_variable` out")
            function.variables.set(key_variable, self.key.arn)

    def grant_list(self, grantee: Grantee) -> None:
        """Let a role list the keys. With it S3 answers 404 for an object that is not there, without it 403.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        """
        grantee.identity.allow(Statement(["s3:ListBucket"], [self.arn]))
        self.environment.connect(grantee.label, self.label, "s3:ListBucket")

    def grant_read(self, grantee: Grantee, prefix: str = "") -> None:
        """Let a role read objects under `prefix`."""
        self.grant(grantee, "s3:GetObject", prefix=prefix)

    def grant_write(self, grantee: Grantee, prefix: str = "") -> None:
        """Let a role write and delete objects under `prefix`."""
        self.grant(grantee, "s3:PutObject", "s3:DeleteObject", prefix=prefix)
