"""A project on disk: Pulumi.yaml, stack files, secrets and its virtual environment."""
