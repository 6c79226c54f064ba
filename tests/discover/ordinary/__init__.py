"""Four ordinary and messy schemas with made-up data, annotated by hand, to measure a scan on."""
