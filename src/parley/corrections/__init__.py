"""Corrections of gold: recorded first, then made, so that none is lost and each has its reason."""
