"""A small Hub on the loopback, for tests of what is published and loaded by revision."""
