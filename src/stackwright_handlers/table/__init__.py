"""Items of a DynamoDB table: `items` says what is read and written, `dynamodb` does it."""
