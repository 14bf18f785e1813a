import pulumi_aws as aws


class Store:
    def __init__(self, name: str) -> None:
        self.animals = aws.dynamodb.Table(
            name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="animal",
            attributes=[aws.dynamodb.TableAttributeArgs(name="animal", type="S")],
        )
