"""Driving a plan over stores: measuring it, carrying it out, resuming it, verifying it."""
