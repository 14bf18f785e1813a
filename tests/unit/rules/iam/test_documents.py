"""Policies that AWS refuses although they are well formed, and how wide a resource is."""

from __future__ import annotations

import pytest

_ROLE = """\
allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("role", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))
read = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::statements/*"}
deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::statements/*"}
deny["Condition"] = {"ForAnyValue:StringNotLikeIfExists": {"aws:PrincipalArn": "*"}}
aws.iam.RolePolicy("read", role=role.name, policy=json.dumps({"Version": "2012-10-17", "Statement": [read]}))
aws.s3.BucketPolicy("deny", bucket="statements", policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"Sid": "Read"', '"Principal": "*"'), "has a Principal"),
        (('"Sid": "Read"', '"Sid": "may read"'), "has the Sid 'may read'"),
        (('"Deny", "Principal": "*"', '"Deny"'), "has no Principal"),
        (("StringNotLikeIfExists", "StringUnlike"), "has the condition operator 'ForAnyValue:StringUnlike'"),
        (('"sts:AssumeRole"}', '"sts:AssumeRole", "Resource": "*"}'), "has a Resource"),
    ],
)
def test_a_statement_that_is_refused(programs, change, says):
    assert programs.check(_ROLE, "IAM101", "IAM112").findings == ()
    (finding,) = programs.check(_ROLE.replace(*change), "IAM101").findings
    assert says in finding.message


@pytest.mark.parametrize(
    ("service", "resource", "is_wide"),
    [
        ("s3:GetObject", "arn:aws:s3:::statements/*", False),
        ("s3:GetObject", "arn:aws:s3:::*/*", True),
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:*", True),
        ("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/*", True),
    ],
)
def test_a_name_before_a_star_is_no_kind(programs, service, resource, is_wide):
    text = _ROLE.replace("s3:GetObject", service)
    text = text.replace("arn:aws:s3:::statements/*", resource, 1)
    assert bool(programs.check(text, "IAM112").findings) is is_wide


def test_a_role_may_be_for_the_functions_of_another_program(programs):
    wide = _ROLE.replace("s3:GetObject", "logs:PutLogEvents").replace("arn:aws:s3:::statements/*", "arn:aws:logs:*:*:*")
    assert len(programs.check(wide, "IAM113").findings) == 1
    narrow = wide.replace("arn:aws:logs:*:*:*", "arn:aws:logs:*:*:log-group:/aws/lambda/statements-*")
    assert programs.check(narrow, "IAM113").findings == ()
