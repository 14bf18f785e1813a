import pulumi_aws as aws


def document(*statements):
    """A policy document of pairs of actions and resources."""
    return aws.iam.get_policy_document_output(
        statements=[
            aws.iam.GetPolicyDocumentStatementArgs(actions=actions, resources=resources)
            for actions, resources in statements
        ]
    ).json
