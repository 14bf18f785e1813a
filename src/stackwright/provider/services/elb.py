"""Elastic Load Balancing, the classic one: only what other resources need of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stackwright.errors import ResourceError
from stackwright.graph import Properties
from stackwright.provider.aws import Aws
from stackwright.provider.lookups import Lookup

PROVISIONERS = ()

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
_LOG_DELIVERY_ACCOUNTS: Final = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}


def get_service_account(aws: Aws, args: Properties) -> dict[str, Any]:
    """The account from which load balancers of a region write their access logs.

    Raises:
        ResourceError: the region is newer than such accounts; logs come from a service principal there.
    """
    region = str(args.get("region") or aws.region)
    account = _LOG_DELIVERY_ACCOUNTS.get(region)
    if account is None:
        raise ResourceError(
            f"load balancers have no account for access logs in {region}",
            fix="Allow the service principal logdelivery.elasticloadbalancing.amazonaws.com instead.",
        )
    return {"id": account, "arn": f"arn:{aws.partition}:iam::{account}:root", "region": region}


FUNCTIONS: Final[Mapping[str, Lookup]] = {"aws:elb/getServiceAccount:getServiceAccount": get_service_account}
