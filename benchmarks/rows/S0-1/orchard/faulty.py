import pulumi
import pulumi_aws as aws


class Register(pulumi.ComponentResource):
    """A table with an index for each way to ask."""

    def __init__(self, name: str, key: str, indexes: dict[str, str]) -> None:
        super().__init__("orchards:index:Register", name)
        self.table = aws.dynamodb.Table(
            f"{name}-table",
            billing_mode="PAY_PER_REQUEST",
            hash_key=key,
            attributes=[aws.dynamodb.TableAttributeArgs(name=key, type="S")],
            global_secondary_indexes=[  # expect: TAB102
                aws.dynamodb.TableGlobalSecondaryIndexArgs(
                    name=index,
                    hash_key=attribute,
                    projection_type="ALL",
                )
                for index, attribute in indexes.items()
            ],
            point_in_time_recovery={"enabled": True},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"table": self.table.name})


Register("trees", "tree", {"by-sort": "sort"})
