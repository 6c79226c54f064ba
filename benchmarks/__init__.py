"""Benchmarks: ratios against hand-written SQL within one run. See docs/reference/benchmarks.md."""
