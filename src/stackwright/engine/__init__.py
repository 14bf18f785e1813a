"""Runs a Pulumi program without the Pulumi CLI and records what it registers as a `stackwright.graph.Graph`."""
