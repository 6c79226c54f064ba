"""The bytes of a document to its text: headings, paragraphs, list items and table rows."""
