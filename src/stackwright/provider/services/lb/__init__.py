"""Elastic Load Balancing. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"""

from __future__ import annotations

from stackwright.provider.services.lb import balancers, listeners, targets

PROVISIONERS = (*balancers.PROVISIONERS, *targets.PROVISIONERS, *listeners.PROVISIONERS)
