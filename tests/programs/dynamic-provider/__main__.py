"""A resource type whose provider is written in the program itself."""

from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult


class Words(ResourceProvider):
    """Makes a sentence of its words."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult(id_=f"sentence-{len(props['words'])}", outs={**props, "text": " ".join(props["words"])})

    def diff(self, id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=olds["words"] != news["words"])

    def update(self, id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(outs={**news, "text": " ".join(news["words"])})


class Sentence(Resource):
    text: pulumi.Output[str]

    def __init__(
        self, name: str, words: pulumi.Input[list[pulumi.Input[str]]], opts: pulumi.ResourceOptions | None = None
    ):
        super().__init__(Words(), name, {"words": words, "text": None}, opts)


queue = aws.sqs.Queue("greetings", name="greetings")
sentence = Sentence("greeting", ["welcome", "to", queue.name])
pulumi.export("text", sentence.text)
pulumi.export("id", sentence.id)
