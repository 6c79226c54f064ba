"""Tests of facts and journal, on each database that can hold them."""
