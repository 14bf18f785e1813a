import os

import boto3

from .store import jobs

topic = boto3.client("sns")


def handler(event, context):
    store = jobs()
    sizes = [len(store.read(key)) for key in store.waiting()]
    topic.publish(TopicArn=os.environ["DONE"], Message=str(sizes))
