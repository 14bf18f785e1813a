import pulumi_aws as aws
from watch import Watch

api = aws.apigateway.RestApi("ski-passes")
topic = aws.sns.Topic("on-call")
Watch(api, topic).share("server-errors", "5XXError", 1.0)
