"""The configurations that a bucket has besides itself: how each is written, and how it goes back to AWS's default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from stackwright.provider.aws import Client


@dataclass(frozen=True)
class Setting:
    """One configuration of a bucket.

    Attributes:
        put: the operation that writes it.
        argument: the operation's argument that holds it.
        delete: the operation that removes it; empty when there is none and `default` is written instead.
        default: what AWS has when nobody has configured anything; None when a removal changes nothing on AWS either.
    """

    put: str
    argument: str
    delete: str = ""
    default: Any = field(default=None)

    def write(self, s3: Client, bucket: str, value: Any, **more: Any) -> None:
        """Configure the bucket."""
        getattr(s3, self.put)(Bucket=bucket, **{self.argument: value}, **more)

    def clear(self, s3: Client, bucket: str) -> None:
        """Undo the configuration as the provider does when its resource goes."""
        if self.delete:
            getattr(s3, self.delete)(Bucket=bucket)
        elif self.default is not None:
            self.write(s3, bucket, self.default)


VERSIONING: Final = Setting("put_bucket_versioning", "VersioningConfiguration", default={"Status": "Suspended"})
ENCRYPTION: Final = Setting(
    "put_bucket_encryption", "ServerSideEncryptionConfiguration", delete="delete_bucket_encryption"
)
PUBLIC_ACCESS: Final = Setting(
    "put_public_access_block", "PublicAccessBlockConfiguration", delete="delete_public_access_block"
)
OWNERSHIP: Final = Setting(
    "put_bucket_ownership_controls", "OwnershipControls", delete="delete_bucket_ownership_controls"
)
LIFECYCLE: Final = Setting(
    "put_bucket_lifecycle_configuration", "LifecycleConfiguration", delete="delete_bucket_lifecycle"
)
CORS: Final = Setting("put_bucket_cors", "CORSConfiguration", delete="delete_bucket_cors")
WEBSITE: Final = Setting("put_bucket_website", "WebsiteConfiguration", delete="delete_bucket_website")
REPLICATION: Final = Setting("put_bucket_replication", "ReplicationConfiguration", delete="delete_bucket_replication")
POLICY: Final = Setting("put_bucket_policy", "Policy", delete="delete_bucket_policy")
LOGGING: Final = Setting("put_bucket_logging", "BucketLoggingStatus", default={})
NOTIFICATION: Final = Setting("put_bucket_notification_configuration", "NotificationConfiguration", default={})
ACCELERATION: Final = Setting(
    "put_bucket_accelerate_configuration", "AccelerateConfiguration", default={"Status": "Suspended"}
)
REQUEST_PAYMENT: Final = Setting(
    "put_bucket_request_payment", "RequestPaymentConfiguration", default={"Payer": "BucketOwner"}
)
OBJECT_LOCK: Final = Setting(
    "put_object_lock_configuration", "ObjectLockConfiguration", default={"ObjectLockEnabled": "Enabled"}
)
# An ACL is never taken away, neither on AWS nor by the provider: the last one stays.
CANNED_ACL: Final = Setting("put_bucket_acl", "ACL")
ACCESS_CONTROL: Final = Setting("put_bucket_acl", "AccessControlPolicy")
