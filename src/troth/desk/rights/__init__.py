"""Acts of persons, from their receipt to what they do to the data (Art. 12 to 22 GDPR)."""
