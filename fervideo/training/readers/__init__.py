"""Readers of the research data sets, one file for each family of them."""
