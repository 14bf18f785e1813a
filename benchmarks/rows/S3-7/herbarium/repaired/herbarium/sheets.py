import pulumi
import pulumi_aws as aws


class Sheets:
    def __init__(self, name: str) -> None:
        self.name = name
        self.table = aws.dynamodb.Table(
            name,
            attributes=[{"name": "id", "type": "S"}],
            hash_key="id",
            billing_mode="PAY_PER_REQUEST",
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            opts=pulumi.ResourceOptions(ignore_changes=["replicas"]),
        )

    def copied_to(self, region: str) -> None:
        where = {"region": region}
        aws.dynamodb.TableReplica(self.name, global_table_arn=self.table.arn, **where)
