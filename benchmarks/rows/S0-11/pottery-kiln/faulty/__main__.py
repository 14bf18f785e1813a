from kiln.worker import Worker

Worker("glaze")
