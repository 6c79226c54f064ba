"""Who else has to know: disclosures, recipients told (Art. 19), and whom not to mail again."""
