"""The reference pages of the three files, generated from the models that read them."""
