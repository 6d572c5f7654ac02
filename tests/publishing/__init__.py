"""Publishing, against a Hub on the loopback."""
