"""The words of policies in English and French, as data: `en.toml` and `fr.toml`."""
