"""WAF, Route 53, Certificate Manager, EFS and Backup, seen through boto3."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.e2e

VISIBILITY = {"cloudwatchMetricsEnabled": True, "metricName": "acl", "sampledRequestsEnabled": False}


def test_web_acl_and_ip_set(aws: Any) -> None:
    addresses = aws.create(
        "wafv2/ipSet:IpSet", "ips", scope="REGIONAL", ipAddressVersion="IPV4", addresses=["10.0.0.0/8"]
    )
    managed = {
        "name": "common",
        "priority": 1,
        "overrideAction": {"none": {}},
        "statement": {
            "managedRuleGroupStatement": {
                "name": "AWSManagedRulesCommonRuleSet",
                "vendorName": "AWS",
                "ruleActionOverrides": [{"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}],
            }
        },
        "visibilityConfig": VISIBILITY,
    }
    blocked = {
        "name": "blocked",
        "priority": 2,
        "action": {"block": {}},
        "statement": {"ipSetReferenceStatement": {"arn": addresses.outputs["arn"]}},
        "visibilityConfig": VISIBILITY,
    }
    inputs = {"scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": VISIBILITY}
    acl = aws.create("wafv2/webAcl:WebAcl", "acl", **inputs, rules=[managed, blocked], tags={"a": "1"})
    client = aws.client("wafv2")

    def found() -> Any:
        return client.get_web_acl(Name=acl.outputs["name"], Scope="REGIONAL", Id=acl.id)["WebACL"]

    rules = found()["Rules"]
    assert [one["Name"] for one in rules] == ["common", "blocked"]
    assert rules[0]["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"][0]["ActionToUse"] == {"Count": {}}
    assert rules[1]["Statement"]["IPSetReferenceStatement"]["ARN"] == addresses.outputs["arn"]
    assert found()["VisibilityConfig"]["CloudWatchMetricsEnabled"] is True
    assert acl.simulated == {}
    aws.update(acl, **inputs, rules=[blocked], tags={"b": "2"})
    assert [one["Name"] for one in found()["Rules"]] == ["blocked"]
    tags = client.list_tags_for_resource(ResourceARN=acl.outputs["arn"])["TagInfoForResource"]["TagList"]
    assert tags == [{"Key": "b", "Value": "2"}]

    target = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/b"
    link = aws.create(
        "wafv2/webAclAssociation:WebAclAssociation", "l", webAclArn=acl.outputs["arn"], resourceArn=target
    )
    assert client.get_web_acl_for_resource(ResourceArn=target)["WebACL"]["ARN"] == acl.outputs["arn"]
    given = {"scope": "REGIONAL", "ipAddressVersion": "IPV4"}
    aws.update(addresses, **given, addresses=["10.1.0.0/16"])
    answer = client.get_ip_set(Name=addresses.outputs["name"], Scope="REGIONAL", Id=addresses.id)
    assert answer["IPSet"]["Addresses"] == ["10.1.0.0/16"]
    for gone in (link, link, acl, acl, addresses, addresses):
        aws.delete(gone)


def test_zone_with_records_and_a_health_check(aws: Any, unique: str) -> None:
    name = f"{unique}.example.org"
    zone = aws.create("route53/zone:Zone", "z", name=name, tags={"a": "1"})
    route53 = aws.client("route53")
    assert len(zone.outputs["nameServers"]) == 4
    check = aws.create(
        "route53/healthCheck:HealthCheck", "c", type="HTTPS", fqdn=f"www.{name}", port=443, resourcePath="/health"
    )
    record = aws.create(
        "route53/record:Record", "www", zoneId=zone.id, name="www", type="A", ttl=60, records=["192.0.2.1"]
    )
    assert (record.id, record.outputs["fqdn"]) == (f"{zone.id}_www_A", f"www.{name}")
    alias = {"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}
    apex = aws.create("route53/record:Record", "apex", zoneId=zone.id, name=name, type="A", aliases=[alias])
    failover = aws.create(
        "route53/record:Record",
        "failover",
        zoneId=zone.id,
        name=f"api.{name}",
        type="CNAME",
        ttl=60,
        records=["a.example.org"],
        setIdentifier="primary",
        failoverRoutingPolicies=[{"type": "PRIMARY"}],
        healthCheckId=check.id,
    )

    def records() -> dict[tuple[str, str], Any]:
        found = route53.list_resource_record_sets(HostedZoneId=zone.id)["ResourceRecordSets"]
        return {(one["Name"].rstrip("."), one["Type"]): one for one in found}

    assert records()[(f"www.{name}", "A")]["ResourceRecords"] == [{"Value": "192.0.2.1"}]
    assert records()[(name, "A")]["AliasTarget"]["DNSName"].rstrip(".") == "d1.cloudfront.net"
    assert records()[(f"api.{name}", "CNAME")]["Failover"] == "PRIMARY"
    text = aws.create(
        "route53/record:Record", "txt", zoneId=zone.id, name=name, type="TXT", ttl=60, records=["v=spf1 -all"]
    )
    assert records()[(name, "TXT")]["ResourceRecords"] == [{"Value": '"v=spf1 -all"'}]
    aws.update(record, **{**record.inputs, "records": ["192.0.2.2"]})
    assert records()[(f"www.{name}", "A")]["ResourceRecords"] == [{"Value": "192.0.2.2"}]
    record = aws.update(record, **{**record.inputs, "records": ["192.0.2.2"]})
    aws.update(zone, name=name, comment="ours", tags={"b": "2"})
    assert route53.get_hosted_zone(Id=zone.id)["HostedZone"]["Config"]["Comment"] == "ours"
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone.id)["ResourceTagSet"]["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]
    aws.update(check, **{**check.inputs, "resourcePath": "/ok"})
    assert route53.get_health_check(HealthCheckId=check.id)["HealthCheck"]["HealthCheckConfig"]["ResourcePath"] == "/ok"
    for gone in (text, failover, apex, record, record, check, check, zone, zone):
        aws.delete(gone)


def test_certificate_is_issued(aws: Any) -> None:
    made = aws.create(
        "acm/certificate:Certificate",
        "c",
        domainName="www.example.org",
        validationMethod="DNS",
        subjectAlternativeNames=["example.org"],
        tags={"a": "1"},
    )
    assert made.outputs["domainValidationOptions"][0]["resourceRecordType"] == "CNAME"
    waited = aws.create("acm/certificateValidation:CertificateValidation", "w", certificateArn=made.id)
    aws.update(made, **{k: v for k, v in made.inputs.items() if k != "tags"}, tags={"b": "2"})
    tags = aws.client("acm").list_tags_for_certificate(CertificateArn=made.id)["Tags"]
    assert tags == [{"Key": "b", "Value": "2"}]
    assert aws.read("acm/certificate:Certificate", made.id).outputs["domainName"] == "www.example.org"
    for gone in (waited, made, made):
        aws.delete(gone)


def test_file_system(aws: Any) -> None:
    efs = aws.client("efs")
    subnet = aws.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    made = aws.create(
        "efs/fileSystem:FileSystem",
        "f",
        encrypted=True,
        lifecyclePolicies=[{"transitionToIa": "AFTER_30_DAYS"}],
        tags={"Name": "files"},
    )
    found = efs.describe_file_systems(FileSystemId=made.id)["FileSystems"][0]
    assert (found["Encrypted"], found["FileSystemArn"]) == (True, made.outputs["arn"])
    lifecycle = efs.describe_lifecycle_configuration(FileSystemId=made.id)["LifecyclePolicies"]
    assert lifecycle == [{"TransitionToIA": "AFTER_30_DAYS"}]
    target = aws.create("efs/mountTarget:MountTarget", "t", fileSystemId=made.id, subnetId=subnet)
    assert target.outputs["dnsName"] == made.outputs["dnsName"]
    point = aws.create(
        "efs/accessPoint:AccessPoint",
        "p",
        fileSystemId=made.id,
        posixUser={"uid": 1000, "gid": 1000},
        rootDirectory={"path": "/data", "creationInfo": {"ownerUid": 1, "ownerGid": 1, "permissions": "755"}},
    )
    found = efs.describe_access_points(AccessPointId=point.id)["AccessPoints"][0]
    assert (found["PosixUser"]["Uid"], found["RootDirectory"]["Path"]) == (1000, "/data")
    aws.update(made, encrypted=True, throughputMode="elastic", tags={"a": "1"})
    found = efs.describe_file_systems(FileSystemId=made.id)["FileSystems"][0]
    assert (found["ThroughputMode"], found["Tags"]) == ("elastic", [{"Key": "a", "Value": "1"}])
    for gone in (point, point, target, target, made, made):
        aws.delete(gone)


def test_backup_plan(aws: Any) -> None:
    backup = aws.client("backup")
    vault = aws.create("backup/vault:Vault", "v", tags={"a": "1"})
    rule = {
        "ruleName": "daily",
        "targetVaultName": vault.id,
        "schedule": "cron(0 5 ? * * *)",
        "lifecycle": {"deleteAfter": 14},
    }
    plan = aws.create("backup/plan:Plan", "p", rules=[rule])
    selection = aws.create(
        "backup/selection:Selection",
        "s",
        planId=plan.id,
        iamRoleArn="arn:aws:iam::123456789012:role/backup",
        selectionTags=[{"type": "STRINGEQUALS", "key": "backup", "value": "yes"}],
    )
    found = backup.get_backup_plan(BackupPlanId=plan.id)["BackupPlan"]["Rules"][0]
    assert (found["RuleName"], found["Lifecycle"]) == ("daily", {"DeleteAfterDays": 14})
    chosen = backup.get_backup_selection(BackupPlanId=plan.id, SelectionId=selection.id)["BackupSelection"]
    assert chosen["ListOfTags"][0]["ConditionKey"] == "backup"
    aws.update(plan, rules=[{**rule, "ruleName": "weekly"}])
    assert backup.get_backup_plan(BackupPlanId=plan.id)["BackupPlan"]["Rules"][0]["RuleName"] == "weekly"
    aws.update(vault, tags={"b": "2"})
    assert backup.list_tags(ResourceArn=vault.outputs["arn"])["Tags"] == {"b": "2"}
    for gone in (selection, selection, plan, plan, vault, vault):
        aws.delete(gone)
