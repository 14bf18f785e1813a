"""AWS Backup: plans are kept; nothing is backed up. https://docs.aws.amazon.com/aws-backup/latest/devguide/api-reference.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stackwright.provider.aws import Client
from stackwright.provider.provisioner import Inputs
from stackwright.provider.services._model_provisioner import Calls, ModelProvisioner, Tagging
from stackwright.provider.services._shapes import present


class Vault(ModelProvisioner):
    """Its id is its name."""

    type = "backup/vault:Vault"
    replace_on = frozenset({"name", "kmsKeyArn"})
    calls = Calls(
        service="backup",
        create="create_backup_vault",
        delete="delete_backup_vault",
        named={"BackupVaultName": "id"},
        computed={"arn": "BackupVaultArn"},
        renamed={"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"},
        tagging=Tagging(entry=None, keys="TagKeyList", at_creation="BackupVaultTags"),
    )


class Plan(ModelProvisioner):
    type = "backup/plan:Plan"
    calls = Calls(
        service="backup",
        create="create_backup_plan",
        update="update_backup_plan",
        delete="delete_backup_plan",
        named={"BackupPlanId": "id"},
        identified="BackupPlanId",
        computed={"arn": "BackupPlanArn", "version": "VersionId"},
        tagging=Tagging(entry=None, keys="TagKeyList", at_creation="BackupPlanTags"),
    )

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        return {"BackupPlan": {"BackupPlanName": new["name"], "Rules": [_rule(one) for one in new["rules"]]}}


def _rule(given: Mapping[str, Any]) -> dict[str, Any]:
    return present(
        RuleName=given["ruleName"],
        TargetBackupVaultName=given["targetVaultName"],
        ScheduleExpression=given.get("schedule"),
        ScheduleExpressionTimezone=given.get("scheduleExpressionTimezone"),
        StartWindowMinutes=given.get("startWindow"),
        CompletionWindowMinutes=given.get("completionWindow"),
        EnableContinuousBackup=given.get("enableContinuousBackup"),
        RecoveryPointTags=given.get("recoveryPointTags"),
        Lifecycle=_lifecycle(given.get("lifecycle")),
        CopyActions=[
            present(DestinationBackupVaultArn=one["destinationVaultArn"], Lifecycle=_lifecycle(one.get("lifecycle")))
            for one in given.get("copyActions") or []
        ]
        or None,
    )


def _lifecycle(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    return present(MoveToColdStorageAfterDays=given.get("coldStorageAfter"), DeleteAfterDays=given.get("deleteAfter"))


class Selection(ModelProvisioner):
    type = "backup/selection:Selection"
    replace_on = frozenset({"planId", "name", "iamRoleArn", "resources", "notResources", "selectionTags", "conditions"})
    calls = Calls(
        service="backup",
        create="create_backup_selection",
        delete="delete_backup_selection",
        named={"BackupPlanId": "planId", "SelectionId": "id"},
        identified="SelectionId",
    )

    def parameters(self, client: Client, call: str, new: Inputs) -> dict[str, Any]:
        tags = [
            {"ConditionType": one["type"], "ConditionKey": one["key"], "ConditionValue": one["value"]}
            for one in new.get("selectionTags", [])
        ]
        selection = present(
            SelectionName=new["name"],
            IamRoleArn=new["iamRoleArn"],
            Resources=new.get("resources"),
            NotResources=new.get("notResources"),
            ListOfTags=tags or None,
        )
        return {"BackupPlanId": new["planId"], "BackupSelection": selection}


PROVISIONERS = (Vault, Plan, Selection)
