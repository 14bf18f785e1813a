"""Queues and topics: first in, first out, and who takes from them."""
