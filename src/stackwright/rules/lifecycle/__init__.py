"""What buckets delete, and what they do not."""
