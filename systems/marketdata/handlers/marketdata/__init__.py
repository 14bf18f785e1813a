"""The market data service, from the inside out.

Plain domain, which knows neither Lambda nor boto3:
    errors          what a client did wrong, what the infrastructure did wrong
    settings        the functions' environment variables, typed
    values          symbols and numbers, as they come in and as they travel
    moments         times, as they come in and as they travel
    rows            records of a CSV file to rows
    superseding     which rows of a file are replaced by later ones, in constant memory
    tally           what becomes of the rows of a file: a function of its content alone
    keys            keys of the bucket
    jobs            the record of a job, and its states as guarded transitions
    ports           what the domain needs from the records and the bucket
    lanes           calls at the same time, of which none is left behind
    processing      a file of `incoming/` to records
    mapping         the same for large files: batches of a Distributed Map, and their sums
    uploading       POST /upload
    reporting       GET /status/{jobId}
    results         GET /results/{symbol}
    aggregates      sums over records, exactly

Edges:
    functions       one Lambda function each
    dynamodb, s3    the ports, on AWS, beside those that `stackwright_handlers` brings
"""
