"""What installed SDKs of Pulumi declare, read off their files; nothing of them is imported."""
