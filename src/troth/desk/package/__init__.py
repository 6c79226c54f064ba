"""What a person is handed: their data with its grounds (Art. 15), or to carry away (Art. 20)."""
