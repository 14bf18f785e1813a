"""An airport."""
