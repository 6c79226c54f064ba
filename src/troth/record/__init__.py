"""The record of processing activities (GDPR Art. 30), for controllers and for processors."""
