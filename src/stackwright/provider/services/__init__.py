"""One module per module of the pulumi_aws SDK; each lists its `PROVISIONERS`."""
