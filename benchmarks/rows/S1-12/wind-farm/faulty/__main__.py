from farm.worker import Worker

Worker("turbines")
