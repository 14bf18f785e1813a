import os

import boto3
from boto3.dynamodb.conditions import Key

beds = boto3.resource("dynamodb").Table(os.environ["BEDS"])


def of_gardener(name):
    return beds.query(IndexName="by-gardener", KeyConditionExpression=Key("gardener").eq(name))["Items"]


def handler(event, context):
    if "bed" in event:
        return beds.get_item(Key={"bed": event["bed"]}).get("Item")
    return of_gardener(event["gardener"])
