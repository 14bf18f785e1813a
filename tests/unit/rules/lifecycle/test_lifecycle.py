"""Lifecycle rules: what is a fault in which spelling, and what is none."""

from __future__ import annotations

from checked_programs import Programs

BEFORE = """
EXPIRE = {"expiration": {"days": 30}}


def bucket(name, *rules, versioned=False, arriving=""):
    found = aws.s3.Bucket(name)
    if versioned:
        aws.s3.BucketVersioning(name, bucket=found.id, versioning_configuration={"status": "Enabled"})
    if arriving:
        queue = aws.sqs.Queue(name)
        aws.s3.BucketNotification(name, bucket=found.id, queues=[
            {"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": arriving}])
    if rules:
        aws.s3.BucketLifecycleConfiguration(name, bucket=found.id, rules=[
            {"id": str(index), "status": "Enabled", **rule} for index, rule in enumerate(rules)])
    return found


def under(prefix, **more):
    return {"filter": {"prefix": prefix}, **EXPIRE, **more}
"""


def found(programs: Programs, program: str) -> list[str]:
    report = programs.check(BEFORE + program, "LIF")
    assert report.not_checked == ()
    return sorted(f"{f.code} {f.place.urn.rpartition('::')[2]}" for f in report.findings)


def test_faults_of_lifecycle_rules(programs: Programs) -> None:
    program = """
bucket("no-filter", EXPIRE)
bucket("moves-all", {"transitions": [{"days": 30, "storage_class": "GLACIER"}]})
bucket("versions", under("done/"), versioned=True)
bucket("other-versions", under("done/"), under("x/", noncurrent_version_expiration={"noncurrent_days": 1}),
       versioned=True)
aws.s3.Bucket("inline", versioning={"enabled": True},
    lifecycle_rules=[{"enabled": True, "prefix": "done/", "expiration": {"days": 3}}])
bucket("early", {"filter": {"prefix": ""}, "transitions": [{"days": 1, "storage_class": "ONEZONE_IA"}]})
bucket("late", under("", transitions=[{"days": 60, "storage_class": "GLACIER"}]))
bucket("idle", {"filter": {"prefix": ""}})
bucket("slash", under("/done/"))
bucket("capital", under("Incoming/"), arriving="incoming/")
bucket("inputs", under("incoming/", id="delete-processed"), arriving="incoming/")
bucket("everything", under("", id="archived-orders"), arriving="orders/")
"""

    assert found(programs, program) == [
        "LIF101 moves-all",
        "LIF101 no-filter",
        "LIF102 inline",
        "LIF102 other-versions",
        "LIF102 versions",
        "LIF103 early",
        "LIF103 idle",
        "LIF103 late",
        "LIF105 inline",
        "LIF111 capital",
        "LIF111 slash",
        "LIF112 everything",
        "LIF112 inputs",
    ]


def test_lifecycle_rules_that_are_fine(programs: Programs) -> None:
    program = """
bucket("all", under(""))
bucket("empty-filter", {"filter": {}, **EXPIRE})
bucket("old-prefix", {"prefix": "logs/", **EXPIRE})
bucket("off", {"status": "Disabled", **EXPIRE})
bucket("unfinished", {"abort_incomplete_multipart_upload": {"days_after_initiation": 7}})
bucket("versions", under("done/"), {"filter": {"prefix": ""}, "noncurrent_version_expiration": {"noncurrent_days": 7}},
       versioned=True)
bucket("no-expiry", versioned=True)
bucket("both", {"filter": {"and": {"prefix": "old/", "tags": {"keep": "no"}}}, **EXPIRE})
bucket("inputs", under("incoming/"), arriving="incoming/")
bucket("processed", under("processed/", id="delete-processed"), arriving="incoming/")
bucket("cold", under("", transitions=[{"days": 30, "storage_class": "STANDARD_IA"}], expiration={"days": 90}))
"""

    assert found(programs, program) == []


def test_a_prefix_that_differs_from_what_a_policy_grants(programs: Programs) -> None:
    program = """
letters = bucket("letters", under("process/"))
role = aws.iam.Role("role", assume_role_policy="{}")
aws.iam.RolePolicy("role", role=role.id, policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": pulumi.Output.concat(letters.arn, "/processed/*")}]}))
"""

    assert found(programs, program) == ["LIF111 letters"]
    assert found(programs, program.replace('under("process/")', 'under("processed/2026/")')) == []


def test_moves_that_come_too_soon(programs: Programs) -> None:
    program = """
def moves(name, first, then, gone=400, **more):
    bucket(name, {"filter": {"prefix": "done/"}, "expiration": {"days": gone}, "transitions": [
        {"days": first, "storage_class": "STANDARD_IA"}, {"days": then, "storage_class": "GLACIER"}], **more})


def versions(name, moved, gone):
    bucket(name, {"filter": {"prefix": "done/"}, "noncurrent_version_expiration": {"noncurrent_days": gone},
        "noncurrent_version_transitions": [{"noncurrent_days": moved, "storage_class": "GLACIER"}]})


moves("soon", 30, 45)
moves("same-day", 30, 30)
moves("in-time", 30, 60)
moves("gone-that-day", 30, 60, gone=60)
versions("versions-that-day", 30, 30)
versions("versions-later", 30, 31)
"""
    assert found(programs, program) == [
        "LIF103 gone-that-day",
        "LIF103 same-day",
        "LIF103 soon",
        "LIF103 versions-that-day",
    ]


def test_a_rule_for_what_arrives_beside_one_for_what_is_done_means_what_it_says(programs):
    text = """\
bucket = aws.s3.Bucket("letters")
queue = aws.sqs.Queue("letters", tags={"done": "processed/"})
aws.s3.BucketNotification(
    "letters",
    bucket=bucket.bucket,
    queues=[{"queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "incoming/"}],
)
aws.iam.RolePolicy(
    "move",
    role=aws.iam.Role("move", assume_role_policy="{}").name,
    policy=bucket.arn.apply(lambda arn: json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{arn}/processed/*"}
    ]})),
)
rules = [
    {"id": "old", "status": "Enabled", "filter": {"prefix": "processed/"}, "expiration": {"days": 30}},
    {"id": "raw", "status": "Enabled", "filter": {"prefix": "incoming/"}, "expiration": {"days": 90}},
]
aws.s3.BucketLifecycleConfiguration("letters", bucket=bucket.bucket, rules=rules)
"""
    assert programs.check(text, "LIF112").findings == ()
    assert len(programs.check(text.replace("rules=rules)", "rules=rules[1:])"), "LIF112").findings) == 1
