from binder.worker import Worker

Worker("covers")
