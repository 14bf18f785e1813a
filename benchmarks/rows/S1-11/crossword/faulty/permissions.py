import pulumi
import pulumi_aws as aws


def trust() -> str:
    service = aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="Service", identifiers=["lambda.amazonaws.com"])
    statement = aws.iam.GetPolicyDocumentStatementArgs(actions=["sts:AssumeRole"], principals=[service])
    return aws.iam.get_policy_document(statements=[statement]).json


def writing(group: aws.cloudwatch.LogGroup) -> pulumi.Output[str]:
    statement = {
        "actions": ["logs:*"],
        "resources": [pulumi.Output.concat(group.arn, ":*")],
    }
    return aws.iam.get_policy_document_output(statements=[statement]).json
