"""What is assumed of an AWS account where nobody says anything else."""

from __future__ import annotations

from typing import Final

# The account of AWS's own examples: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
