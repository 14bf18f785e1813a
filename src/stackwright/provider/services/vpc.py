"""The rule types that the SDK keeps in a module of their own; the rest of Amazon VPC is in `ec2`."""

from __future__ import annotations

from stackwright.provider.services.ec2.security import SecurityGroupEgressRule, SecurityGroupIngressRule

PROVISIONERS = (SecurityGroupIngressRule, SecurityGroupEgressRule)
