import pulumi_aws as aws
from gauges.network import Network
from gauges.station import Station

account = aws.Provider("coast", region="eu-west-2", assume_roles=[{"role_arn": "arn:aws:iam::123456789012:role/coast"}])
Station("quay", account)
Network("coast", account)
