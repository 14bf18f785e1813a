"""The storefront's three services, from the inside out. Each function is packed with what it imports, and no more.

What all share:
    settings        the functions' environment variables, typed
    errors          what a client did wrong, what the infrastructure did wrong
    ids, values     ids, texts, e-mail addresses, prices, times
    items           items of a table, and conditional writes and queries, as data
    cursors, pages  signed cursors, pages of lists
    bodies          request bodies to checked values

Plain domain, which knows neither Lambda nor boto3:
    users                   users, and that an e-mail address is taken once
    products                products, changed by version
    reasons                 why an order is rejected
    inventory               stock for orders, taken and given back once
    order_lifecycle         the state machine of an order, as conditional writes
    orders                  orders, and the steps of their workflow
    resuming                orders that are started again
    product_rows            records to products
    importing               files to products, in batches that are counted

Edges:
    http, routing                               API Gateway proxy events (Powertools event handler)
    idempotency                                 the Idempotency-Key header (Powertools idempotency)
    user_api, product_api, order_api            the routes
    tasks                                       the input of the workflow's states and of a schedule
    function                                    all of them behind one Lambda handler
    user_handler, order_handler, product_handler    each service, put together
    `stackwright_handlers` brings the ports on AWS: tables, files, workflow, secret
"""
