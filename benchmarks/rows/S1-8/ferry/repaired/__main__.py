import pulumi_aws as aws
from boarding import Boarding

key = aws.kms.Key("ferry", enable_key_rotation=True, deletion_window_in_days=7)
Boarding("boarding", key)
