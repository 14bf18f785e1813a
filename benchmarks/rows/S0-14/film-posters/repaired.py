import pulumi
import pulumi_aws as aws


class Posters(pulumi.ComponentResource):
    """Pictures behind a distribution, for some countries."""

    def __init__(self, name: str, countries: list[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("film:index:Posters", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(name, opts=inside)
        control = aws.cloudfront.OriginAccessControl(
            name,
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=inside,
        )
        distribution = aws.cloudfront.Distribution(
            name,
            enabled=True,
            origins=[
                {
                    "origin_id": "posters",
                    "domain_name": bucket.bucket_regional_domain_name,
                    "origin_access_control_id": control.id,
                }
            ],
            default_cache_behavior={
                "target_origin_id": "posters",
                "viewer_protocol_policy": "redirect-to-https",
                "allowed_methods": ["GET", "HEAD"],
                "cached_methods": ["GET", "HEAD"],
                "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
            restrictions={
                "geo_restriction": {
                    "restriction_type": "whitelist" if countries else "none",
                    "locations": countries,
                }
            },
            viewer_certificate={"cloudfront_default_certificate": True},
            opts=inside,
        )
        read = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudfront.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": pulumi.Output.concat(bucket.arn, "/*"),
            "Condition": {"StringEquals": {"AWS:SourceArn": distribution.arn}},
        }
        aws.s3.BucketPolicy(
            name,
            bucket=bucket.id,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [read]}),
            opts=inside,
        )
        self.register_outputs({})


Posters("posters", [])
