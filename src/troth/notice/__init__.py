"""The public notice of a policy, in plain words: English and French, as HTML, Markdown and PDF."""
