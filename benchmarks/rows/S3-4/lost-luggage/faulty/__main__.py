import pulumi_aws as aws
from airport.bus import Belt
from airport.search import Search

belt = Belt("belt", aws.cloudwatch.EventBus("luggage", name="luggage"))
Search("search", belt)
