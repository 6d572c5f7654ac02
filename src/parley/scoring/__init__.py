"""Scores of extraction models: counts for each document, and what is made of them."""
