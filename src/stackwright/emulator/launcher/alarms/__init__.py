"""Evaluation of CloudWatch alarms: metric math, time series, the state they add up to. Knows nothing of MiniStack."""
