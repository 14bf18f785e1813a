"""One Lambda function's execution environments: our side in this package, the handler's side in ``worker.py``."""
