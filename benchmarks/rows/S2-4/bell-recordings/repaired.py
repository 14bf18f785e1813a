import pulumi
import pulumi_aws as aws

tower = aws.s3.Bucket("tower")
ringers = aws.sns.Topic("ringers")
pulumi.export("objects", tower.arn.apply(lambda arn: f"{arn}/*"))
pulumi.export("both", pulumi.Output.all(tower.arn, ringers.arn).apply(lambda arns: ", ".join(arns)))
