"""S3 notifies whom it may.

AWS: PutBucketNotificationConfiguration refuses a function whose policy does not allow the bucket, and a queue or topic
whose policy or key does not; a notification is delivered as long as that holds.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
MiniStack: queue and topic policies are checked, functions and keys are not.
Here: they are, when the configuration is put and at delivery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    patcher.require("ministack.services.s3", "_invalid_notification_config")

    def patch(s3: Any) -> None:
        def validate(
            configs: Sequence[Mapping[str, Any]],
            bucket_region: str,
            bucket_name: str = "",
            skip_destination_validation: bool = False,
        ) -> Any:
            error = original_validate(configs, bucket_region, bucket_name, skip_destination_validation)
            if error is not None or skip_destination_validation:
                return error
            bucket = f"arn:aws:s3:::{bucket_name}"
            refused = [config["arn"] for config in configs if not allowed(config["arn"], bucket)]
            if not refused:
                return None
            return s3._invalid_notification_config(
                "Unable to validate the following destination configurations: " + ", ".join(refused)
            )

        def allowed(arn: str, bucket: str) -> bool:
            if ":lambda:" in arn:
                return shared.authorizer.may_invoke("s3.amazonaws.com", arn, source_arn=bucket)
            return shared.keys.service_may_send("s3.amazonaws.com", arn, bucket)

        def deliver(arn: str, event_payload: Mapping[str, Any], bucket_region: str) -> None:
            bucket = event_payload["Records"][0]["s3"]["bucket"]["arn"]
            if allowed(arn, bucket):
                original_deliver(arn, event_payload, bucket_region)
            else:
                shared.log(f"{bucket} -> {arn}: not allowed")

        original_validate = patcher.replace(
            s3,
            "_validate_notification_configs",
            validate,
            parameters="configs bucket_region bucket_name skip_destination_validation",
        )
        original_deliver = patcher.replace(
            s3, "_deliver_event_to_lambda", deliver, parameters="arn event_payload bucket_region"
        )

    patcher.on_import("ministack.services.s3", patch)
