"""The tables of the post box, and what the public role may do with each on PostgreSQL.

`windows`, `pages`, `answers` and `chunks`: SELECT. `letters`: SELECT and INSERT. `parcels`: SELECT,
and UPDATE of `tries`, `downloads` and `opened_at`. Nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

windows = sa.Table(
    "windows",
    METADATA,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False, unique=True),
    sa.Column("content", sa.JSON, nullable=False),
)
pages = sa.Table(
    "pages",
    METADATA,
    sa.Column("organisation", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
letters = sa.Table(
    "letters",
    METADATA,
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False, index=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("posted_at", sa.Text, nullable=False),
    sa.Column("due_on", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("organisation", "number"),
)
answers = sa.Table(
    "answers",
    METADATA,
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False, index=True),
    sa.Column("entry", sa.BigInteger, nullable=False),
    sa.Column("expires_on", sa.Text),
    sa.Column("locked", sa.LargeBinary, nullable=False),
    sa.Index("answers_by_entry", "organisation", "entry"),
)
parcels = sa.Table(
    "parcels",
    METADATA,
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("organisation", sa.Text, nullable=False, index=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("expires_on", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("downloads", sa.Integer, nullable=False, default=0),
    sa.Column("opened_at", sa.Text),
)
chunks = sa.Table(
    "chunks",
    METADATA,
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
