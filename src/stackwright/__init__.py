"""Stackwright: serverless AWS systems in Python that are right before they are deployed."""
