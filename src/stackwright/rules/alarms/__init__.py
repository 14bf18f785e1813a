"""Alarms that cannot be made, watch nothing, measure something else than they say, or tell nobody."""
