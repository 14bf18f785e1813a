"""Pulumi's protocol: from messages to the engine's own values and back."""
