"""What triggers what: events, notifications, permissions."""
