"""The file upload service, from the inside out.

Plain domain, which knows neither Lambda nor boto3:
    settings        the function's environment variables, typed
    errors          what a client did wrong, what the infrastructure did wrong
    file_names      safe names, object keys, message subjects
    media_types     content types: syntax, defaults by extension
    signatures      what the first bytes of a file say it is
    type_check      whether that contradicts the declared type
    records         one row of the metadata table
    lifecycle       the state machine of a row, as guarded transitions
    ports           what the domain needs from storage, metadata table and topic
    requests        request bodies to commands
    cursors         page positions to opaque cursors
    storing         POST /upload and POST /uploads
    catalogue       GET and DELETE
    processing      the ProcessFile and RecordFailure tasks
    announcing      one message per file

Edges:
    http, api       API Gateway proxy events (Powertools event handler)
    idempotency     the Idempotency-Key header (Powertools idempotency)
    tasks           the input of the workflow's states
    function        both behind one Lambda handler
    dynamodb, s3, sns   the ports, on AWS
"""
