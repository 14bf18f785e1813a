"""AWS CodeBuild: projects are kept; no build runs. https://docs.aws.amazon.com/codebuild/latest/APIReference/"""

from __future__ import annotations

from stackwright.graph import Resource
from stackwright.provider.aws import Aws
from stackwright.provider.provisioner import Inputs, id_of
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging


class Project(ModelProvisioner):
    """Its id is its ARN. Tags change through UpdateProject, which takes all of them."""

    type = "codebuild/project:Project"
    replace_on = frozenset({"name"})
    calls = Calls(
        service="codebuild",
        create="create_project",
        update="update_project",
        delete="delete_project",
        named={"name": "name"},
        identified="project.arn",
        computed={"arn": "project.arn", "encryptionKey": "project.encryptionKey"},
        renamed={"buildTimeout": "timeoutInMinutes", "queuedTimeout": "queuedTimeoutInMinutes", "auths": "auth"},
        tagging=Tagging(at_creation="tags", entry=("key", "value")),
    )

    def retag(self, aws: Aws, new: Inputs, old: Resource) -> None:
        tags = aws.tags(new.get("tags"))
        if tags != (old.outputs.get("tagsAll") or {}):
            given = [{"key": key, "value": value} for key, value in tags.items()]
            aws.client("codebuild").update_project(name=id_of(old).rpartition("/")[2], tags=given)


PROVISIONERS = (Project,)
