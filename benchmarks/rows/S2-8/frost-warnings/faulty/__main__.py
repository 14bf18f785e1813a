import pulumi_aws as aws
from job import Job

warnings = aws.sns.Topic("frost")
for name in ("gardens", "roads"):
    Job(name, warnings)
