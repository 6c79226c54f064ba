"""What a mail may be at most; what goes beyond is left in the mailbox, and said."""

from __future__ import annotations

MOST_MAIL_BYTES = 30_000_000  # a larger mail is read in its first part only
FIRST_PART_BYTES = 256_000  # of a mail that is too large
MOST_PARTS = 200
DEEPEST = 20  # parts within parts
MOST_LETTERS = 20_000  # of a mail's words that a request keeps
MOST_HTML = 2_000_000  # characters of a page that are read for its words
MOST_ATTACHMENTS = 20
MOST_ATTACHMENT_BYTES = 10_000_000
MOST_ATTACHED_BYTES = 25_000_000  # of all attachments of one mail together
LONGEST_NAME = 120  # characters of an attachment's name
LONGEST_SUBJECT = 300  # characters
MOST_REFERENCES = 50  # of a thread that are followed
LONGEST_LINE = 1_000  # characters of a header's line that are read (RFC 5322 allows 998)
MOST_LINES = 16  # of one header: the library takes the square of its length
