"""Which account the settings of a provider lead to, and which it may not be."""

from __future__ import annotations

from typing import Any

import pytest

from stackwright.accounts import account_of, assumed_roles, check_account, made_up_account
from stackwright.errors import ResourceError

ONE, TWO, HOME = "1" * 12, "2" * 12, "123456789012"


def role(account: str = ONE, **more: Any) -> dict[str, Any]:
    return {"assumeRoles": [{"roleArn": f"arn:aws:iam::{account}:role/ci/deploy", **more}]}


@pytest.mark.parametrize(
    ("settings", "account"),
    [
        ({}, HOME),
        ({"allowedAccountIds": [ONE]}, ONE),
        ({"allowedAccountIds": [ONE, HOME]}, HOME),
        ({"allowedAccountIds": [ONE, TWO]}, ONE),
        (role(), ONE),
        ({"assumeRole": {"roleArn": f"arn:aws:iam::{TWO}:role/x"}}, TWO),
        ({"assumeRoles": [{"sessionName": "of no role"}]}, HOME),
    ],
)
def test_the_account_that_settings_lead_to(settings: dict[str, Any], account: str) -> None:
    assert account_of(settings, HOME) == account
    check_account(settings, HOME)


@pytest.mark.parametrize(
    "settings",
    [
        {**role(), "allowedAccountIds": [TWO]},
        {**role(), "forbiddenAccountIds": [ONE, TWO]},
        {"forbiddenAccountIds": [HOME]},
        {"allowedAccountIds": [TWO], "forbiddenAccountIds": [TWO]},
    ],
)
def test_a_wrong_account_is_refused_with_both_ids(settings: dict[str, Any]) -> None:
    with pytest.raises(ResourceError) as refused:
        check_account(settings, HOME)
    listed = settings.get("allowedAccountIds") or settings["forbiddenAccountIds"]
    assert {account_of(settings, HOME), *listed} <= set(refused.value.what.replace(",", "").split())


def test_all_that_a_role_is_assumed_with() -> None:
    (found,) = assumed_roles(
        role(
            sessionName="deployment",
            externalId="x",
            duration="1h30m",
            policyArns=["arn:p"],
            tags={"b": "2", "a": "1"},
            transitiveTagKeys=["a"],
        )
    )
    assert (found.account, found.name, found.session_name, found.external_id) == (ONE, "deploy", "deployment", "x")
    assert (found.duration, found.policy_arns, found.tags) == (5400, ("arn:p",), (("a", "1"), ("b", "2")))


@pytest.mark.parametrize("settings", [role("12"), role(duration="soon"), {"assumeRoles": [{"roleArn": "deploy"}]}])
def test_what_is_no_role_and_no_duration(settings: dict[str, Any]) -> None:
    with pytest.raises(ResourceError, match="the provider is to assume"):
        assumed_roles(settings)


def test_a_made_up_account_is_a_stack_s_own() -> None:
    accounts = {made_up_account(project, stack) for project in ("shop", "blog") for stack in ("staging", "prod")}
    assert len(accounts) == 4
    assert all(len(account) == 12 and account.isdecimal() for account in accounts)
    assert made_up_account("shop", "prod") == "317727218248"
