import pulumi_aws as aws


class Rota:
    def __init__(self, name: str) -> None:
        self.called = aws.sns.Topic(name)
