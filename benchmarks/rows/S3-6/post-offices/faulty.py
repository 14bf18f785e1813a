import pulumi
import pulumi_aws as aws

offices = {name: aws.s3.Bucket(f"{name}-letters") for name in ("north", "south")}
arns = [office.arn for office in offices.values()]
inside = [f"{arn}/*" for arn in arns]  # expect: OUT101
aws.iam.Policy(
    "sorters",
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": inside}],
        }
    ),
)
