"""Amazon ECR: repositories and their policies. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/"""

from __future__ import annotations

from typing import Final

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Created, Inputs, Provisioner, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging, unless_gone
from stackwright.provider.services._policies import policy_text

_TAGGING: Final = Tagging(resource="resourceArn", at_creation="tags", tags="tags", keys="tagKeys")


class Repository(ModelProvisioner):
    """Its id is its name."""

    type = "ecr/repository:Repository"
    replace_on = frozenset({"name", "encryptionConfigurations"})
    calls = Calls(
        service="ecr",
        create="create_repository",
        delete="delete_repository",
        named={"repositoryName": "id"},
        computed={
            "arn": "repository.repositoryArn",
            "repositoryUrl": "repository.repositoryUri",
            "registryId": "repository.registryId",
        },
        renamed={"name": "repositoryName"},
        deleted_with={"force": True},
        apart=frozenset({"imageTagMutability", "imageScanningConfiguration"}),
        tagging=_TAGGING,
    )

    def retag(self, aws: Aws, new: Inputs, old: Resource) -> None:
        ecr, name = aws.client("ecr"), id_of(old)
        mutability, scanning = new.get("imageTagMutability"), new.get("imageScanningConfiguration")
        if mutability and mutability != old.inputs.get("imageTagMutability"):
            ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability=mutability)
        if scanning and scanning != old.inputs.get("imageScanningConfiguration"):
            ecr.put_image_scanning_configuration(repositoryName=name, imageScanningConfiguration=scanning)
        super().retag(aws, new, old)


class LifecyclePolicy(Provisioner):
    """Its id is the repository's name."""

    type = "ecr/lifecyclePolicy:LifecyclePolicy"
    replace_on = frozenset({"repository"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("ecr").put_lifecycle_policy(
            repositoryName=new["repository"], lifecyclePolicyText=policy_text(new["policy"])
        )
        return Created(new["repository"], {"registryId": answer.get("registryId", aws.account)})

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ecr").delete_lifecycle_policy(repositoryName=id_of(old)))


class RepositoryPolicy(Provisioner):
    """Its id is the repository's name."""

    type = "ecr/repositoryPolicy:RepositoryPolicy"
    replace_on = frozenset({"repository"})

    def create(self, aws: Aws, new: Inputs) -> Created:
        answer = aws.client("ecr").set_repository_policy(
            repositoryName=new["repository"], policyText=policy_text(new["policy"])
        )
        return Created(new["repository"], {"registryId": answer.get("registryId", aws.account)})

    def delete(self, aws: Aws, old: Resource) -> None:
        unless_gone(lambda: aws.client("ecr").delete_repository_policy(repositoryName=id_of(old)))


PROVISIONERS = (Repository, LifecyclePolicy, RepositoryPolicy)
