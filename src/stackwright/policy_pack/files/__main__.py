"""The policy pack; `stackwright policy new` wrote it, and it is yours to change."""

from stackwright.policy_pack import serve

# What stops a deployment, by severity: breaks, leaks, loses, exposes. Everything else is shown as advice.
# With the directory of the project, as seen from here, code that is packed into functions is read, too.
serve(mandatory=[], project="")
