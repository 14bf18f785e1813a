"""Keys, indexes and attributes of DynamoDB tables."""
