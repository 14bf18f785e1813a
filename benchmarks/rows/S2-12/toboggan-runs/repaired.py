import json

import pulumi
import pulumi_aws as aws

alps = aws.Provider("alps", region="eu-central-1")
there = pulumi.ResourceOptions(provider=alps)
description = json.dumps(
    {
        "openapi": "3.0.1",
        "info": {"title": "runs", "version": "1"},
        "paths": {
            "/runs": {
                "get": {
                    "responses": {"200": {"description": "all runs"}},
                    "x-amazon-apigateway-integration": {
                        "type": "http_proxy",
                        "httpMethod": "GET",
                        "uri": "https://runs.example.com/",
                    },
                }
            }
        },
    }
)
api = aws.apigateway.RestApi("runs", body=description, opts=there)
deployment = aws.apigateway.Deployment("runs", rest_api=api.id, triggers={"body": description}, opts=there)
stage = aws.apigateway.Stage("runs", rest_api=api.id, deployment=deployment.id, stage_name="winter", opts=there)
aws.ssm.Parameter(
    "runs",
    type="String",
    value=stage.invoke_url,
    opts=there,
)
