"""Changes of a DynamoDB table, written to its copy in another account: one way, and in order for each key.

    changes         a record of the table's stream as what is to be written
    replicating     a batch of records, in order; what cannot be written waits, and all that is behind it
    redriving       what Lambda has given up is written later, as it is then
    ports           what they need from the two tables, the stream and the queue of failures
    function        both behind one Lambda handler
    dynamodb, failures  the ports, on AWS

`stackwright.components.Replication` wires such a function; `ReplicaWriter` is the role that it writes with.
"""
