"""Rectification (Art. 16 GDPR): a wrong value corrected in every copy, and kept nowhere."""
