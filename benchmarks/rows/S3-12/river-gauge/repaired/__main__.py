from river.worker import Worker

Worker("levels")
