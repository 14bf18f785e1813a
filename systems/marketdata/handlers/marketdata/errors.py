"""What can go wrong, and whose fault it is.

    InfrastructureError         see `stackwright_handlers.errors`, as for all that is common to functions
      ProcessingUnfinishedError the function's time is up; the next attempt continues where this one stopped

Client errors beside the common ones:

    400 invalid_symbol          GET /results/{symbol}: no symbol could look like this
    400 invalid_time            from= or to= is no time (`details.parameter`)
    400 invalid_aggregate       aggregate= is neither summary nor ohlc (`details.allowed`)
    400 invalid_interval        aggregate=ohlc without interval=, or with an unknown one (`details.allowed`)
    400 range_too_large         the records between from= and to= cannot be aggregated in one request
    404 job_not_found           no such job, or it is older than jobs are kept
"""

from __future__ import annotations

from stackwright_handlers.errors import InfrastructureError


class ProcessingUnfinishedError(InfrastructureError):
    """A file is larger than what one invocation can write; another attempt continues behind what is written."""
