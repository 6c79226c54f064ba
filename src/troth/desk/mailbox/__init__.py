"""A mailbox whose mails become requests: told apart, recorded once, answered in their threads."""
