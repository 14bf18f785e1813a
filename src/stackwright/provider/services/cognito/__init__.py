"""Amazon Cognito: user pools whose tokens are real, and identity pools.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
"""

from __future__ import annotations

from stackwright.provider.services.cognito import identities, users

PROVISIONERS = (*users.PROVISIONERS, *identities.PROVISIONERS)
