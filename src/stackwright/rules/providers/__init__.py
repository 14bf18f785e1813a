"""Which provider, region and account resources use."""
