"""Amazon EC2 and Amazon VPC: the control plane; no packet flows and no machine runs.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/
"""

from __future__ import annotations

from stackwright.provider.services.ec2 import (
    acls,
    addresses,
    compute,
    defaults,
    endpoints,
    gateways,
    lookups,
    observing,
    peering,
    routes,
    security,
    vpcs,
)

PROVISIONERS = (
    *vpcs.PROVISIONERS,
    *gateways.PROVISIONERS,
    *addresses.PROVISIONERS,
    *routes.PROVISIONERS,
    *security.PROVISIONERS,
    *acls.PROVISIONERS,
    *defaults.PROVISIONERS,
    *endpoints.PROVISIONERS,
    *peering.PROVISIONERS,
    *observing.PROVISIONERS,
    *compute.PROVISIONERS,
)

FUNCTIONS = lookups.FUNCTIONS
