"""Packages other than aws: random works, the others are simulated."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random


class PrivateKey(pulumi.CustomResource):
    """As pulumi_tls declares it."""

    public_key_pem: pulumi.Output[str]

    def __init__(self, name: str, algorithm: str, opts: pulumi.ResourceOptions | None = None) -> None:
        props: dict[str, Any] = {"algorithm": algorithm, "publicKeyPem": None}
        super().__init__("tls:index/privateKey:PrivateKey", name, props, opts)


class Command(pulumi.CustomResource):
    """As pulumi_command declares it."""

    stdout: pulumi.Output[str]

    def __init__(self, name: str, create: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("command:local:Command", name, {"create": create, "stdout": None}, opts)


suffix = random.RandomId("suffix", byte_length=4)
password = random.RandomPassword("password", length=20, special=False)
pet = random.RandomPet("pet", length=2)
number = random.RandomInteger("number", min=10, max=20)
shuffled = random.RandomShuffle("zones", inputs=["a", "b", "c"], result_count=2)
unique = random.RandomUuid("unique")
queue = aws.sqs.Queue("jobs", name=pulumi.Output.concat("jobs-", suffix.hex))
key = PrivateKey("key", "ED25519")
Command("greet", "echo hello")

pulumi.export("queue", queue.name)
pulumi.export("suffix", suffix.hex)
pulumi.export("password", password.result)
pulumi.export("pet", pet.id)
pulumi.export("number", number.result)
pulumi.export("zones", shuffled.results)
pulumi.export("uuid", unique.result)
