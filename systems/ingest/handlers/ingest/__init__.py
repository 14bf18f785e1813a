"""Objects that were put into a bucket, as items of a table.

Plain domain, which knows neither Lambda nor boto3:
    settings        the function's environment variables, typed
    errors          what is no event of ours
    objects         an event of S3 as what is known of an object, and its item
    recording       one item for each event, however often it comes
    ports           what the domain needs from the table

Edges:
    dynamodb        the port, on AWS

`replicate` is made of `stackwright_handlers.replication` alone.
"""
