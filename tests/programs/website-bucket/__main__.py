"""The oldest kind of site: a public bucket with website hosting."""

import pulumi
import pulumi_aws as aws

bucket = aws.s3.BucketV2("site")
ownership = aws.s3.BucketOwnershipControls("site", bucket=bucket.id, rule={"object_ownership": "ObjectWriter"})
website = aws.s3.BucketWebsiteConfigurationV2(
    "site", bucket=bucket.id, index_document={"suffix": "index.html"}, error_document={"key": "error.html"}
)
public = aws.s3.BucketPublicAccessBlock("site", bucket=bucket.id, block_public_acls=False)
for key, text in {"index.html": "<p>Welcome</p>", "error.html": "<p>Not here</p>"}.items():
    aws.s3.BucketObject(
        key,
        bucket=bucket.id,
        content=text,
        content_type="text/html",
        acl="public-read",
        opts=pulumi.ResourceOptions(depends_on=[ownership, public]),
    )

pulumi.export("bucket", bucket.bucket)
pulumi.export("endpoint", website.website_endpoint)
