"""Baselines that load a transformer, with tiny ones made in the tests (`make test-models`)."""
