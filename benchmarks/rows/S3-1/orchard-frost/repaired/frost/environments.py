from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True)
class Environment:
    name: str
    account: str

    @property
    def role(self) -> str:
        return f"arn:aws:iam::{self.account}:role/deploy"


ENVIRONMENTS = (Environment("dev", "111111111111"), Environment("prod", "222222222222"))


def provider_for(environment: Environment) -> aws.Provider:
    return aws.Provider(
        environment.name,
        region="us-east-1",
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=environment.role, session_name="deploy")],
    )
