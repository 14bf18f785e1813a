"""Encryption: what is a fault in which spelling, and what is none."""

from __future__ import annotations

from checked_programs import Programs

from stackwright.rules.settings import Settings

BEFORE = """
def bucket(name, algorithm="aws:kms", key=None):
    found = aws.s3.Bucket(name)
    aws.s3.BucketServerSideEncryptionConfiguration(name, bucket=found.id, rules=[
        {"apply_server_side_encryption_by_default": {"sse_algorithm": algorithm, "kms_master_key_id": key}}])
    return found


def key(name, **more):
    return aws.kms.Key(name, **{"enable_key_rotation": True, **more})


def distribution(name, bucket, **origin):
    aws.cloudfront.Distribution(name, enabled=True,
        origins=[{"origin_id": "o", "domain_name": bucket.bucket_regional_domain_name, **origin}],
        default_cache_behavior={"allowed_methods": ["GET", "HEAD"], "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "o", "viewer_protocol_policy": "https-only", "cache_policy_id": "c"},
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True})


OLD = {"s3_origin_config": {"origin_access_identity": "origin-access-identity/cloudfront/E1"}}
NEW = {"origin_access_control_id": "E2"}
"""


def found(programs: Programs, program: str, **settings: object) -> list[str]:
    given = Settings(select=("ENC",), parameters={"ENC122": settings})
    report = programs.check(BEFORE + program, settings=given)
    assert report.not_checked == ()
    return sorted(f"{f.code} {f.place.urn.rpartition('::')[2]}" for f in report.findings)


def test_faults_of_encryption(programs: Programs) -> None:
    program = """
aws.sqs.Queue("used", kms_master_key_id=key("unturned", enable_key_rotation=False).arn)
idle = key("idle")
aws.kms.Alias("idle", name="alias/idle", target_key_id=idle.id)
aws.iam.Role("role", assume_role_policy="{}", inline_policies=[{"name": "k", "policy": idle.arn}])
aws.sqs.Queue("plain", sqs_managed_sse_enabled=False)
aws.efs.FileSystem("files")
own = key("pages")
distribution("by-identity", bucket("pages", key=own.arn), **OLD)
distribution("by-nothing", bucket("more", key=own.arn))
distribution("of-aws", bucket("of-aws"), **NEW)
bucket("no-kms", "AES256")
bucket("refused", "AES256", own.arn)
aws.s3.Bucket("default")
queues = key("shop-sqs")
aws.sqs.Queue("q", kms_master_key_id=queues.arn)
aws.sns.Topic("t", kms_master_key_id=queues.arn)
aws.sns.Topic("t2", kms_master_key_id=key("shop-sns").arn)
"""

    assert found(programs, program) == [
        "ENC101 unturned",
        "ENC102 idle",
        "ENC103 t",
        "ENC111 by-identity",
        "ENC111 by-nothing",
        "ENC111 of-aws",
        "ENC121 files",
        "ENC121 plain",
        "ENC122 default",
        "ENC122 no-kms",
        "ENC122 refused",
        "ENC123 refused",
    ]


def test_encryption_that_is_fine(programs: Programs) -> None:
    program = """
own = key("everything")
aws.kms.Alias("everything", name="alias/everything", target_key_id=own.id)
aws.sns.Topic("by-alias", kms_master_key_id="alias/everything")
distribution("signed", bucket("pages", key=own.arn), **NEW)
aws.kms.Key("signing", customer_master_key_spec="RSA_2048", key_usage="SIGN_VERIFY")
pulumi.export("key", key("for-others").arn)
aws.sqs.Queue("default")
bucket("aws-key")
aws.sqs.Queue("q", kms_master_key_id=own.arn)
aws.dynamodb.Table("t", hash_key="id", attributes=[{"name": "id", "type": "S"}])
"""

    assert found(programs, program) == []


def test_keys_of_ones_own_are_asked_for_by_type(programs: Programs) -> None:
    program = 'aws.sqs.Queue("q")\naws.sns.Topic("t")\nbucket("b")'

    assert found(programs, program, own_keys=("sqs/queue:Queue",)) == ["ENC122 q"]
    assert found(programs, program, buckets_with_aws_key=False) == ["ENC122 b"]
