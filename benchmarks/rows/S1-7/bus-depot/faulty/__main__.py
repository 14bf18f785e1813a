import pulumi_aws as aws
from depot.watching import Watching

Watching(aws.sns.Topic("drivers")).late(aws.sqs.Queue("departures"))
