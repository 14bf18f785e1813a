import pulumi
import pulumi_aws as aws

stage = aws.sqs.Queue("stage")


def attach(arn):
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": arn}],
    }
    aws.iam.Policy("ushers", policy=pulumi.Output.json_dumps(document))


attach(stage.arn)
