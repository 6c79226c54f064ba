"""The overviews of the desk."""
