"""Tests of the reader site."""
