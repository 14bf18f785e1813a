"""The inside of Lambda functions: what every service behind a REST API, a workflow or a queue needs.

    errors          what a client did wrong, what the infrastructure did wrong
    settings        the function's environment variables, typed, all faults in one error
    http            correlation ids, bodies, answers, the one shape of errors, CORS as `RestApi` sets it
    routing         routes on Powertools' resolver; a wrong method is 405
    function        one Lambda handler for requests, tasks of a workflow and notifications
    tasks           the input of a workflow's states
    bodies          request bodies, checked against a JSON Schema
    idempotency     the Idempotency-Key header, on Powertools
    pages, cursors  lists, page by page, with cursors that only we can make
    secret          a value of Secrets Manager, kept for a while
    table           items of a DynamoDB table, as data and on AWS
    objects, files  objects of S3, as a domain sees them; files that come in, are read and moved
    s3              the files on S3
    workflow, step_functions    a workflow that a function starts; on Step Functions
    notifications   notifications of S3 about new files
    assumed_role    clients that work as a role of another account
    replication     changes of a table, written to its copy in another account
    csv_records     CSV from bytes, record by record, in constant memory
    aws             clients with time limits, failures as errors of ours
    values          texts, decimals and times as they travel and as they are kept
    testing         the same in memory, for tests

Install `stackwright[handlers]` beside the program, lock `aws-lambda-powertools`, `jmespath` and `fastjsonschema`, and
name this package in the `libraries` of `stackwright.components.Package`: each function gets the modules that it
imports. boto3 comes with Lambda.
"""
