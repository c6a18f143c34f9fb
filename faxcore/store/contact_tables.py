# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the address books.

contact     <- contact_word      the words by which it is found
contact     <- contact_member    of a group: who is in it
"""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from faxcore.store.columns import METADATA, make_id, make_reference, make_text, make_whole

contact = Table(
    "contact",
    METADATA,
    make_id(),
    # Whose it is; empty: it is in the book that all share.
    make_text("owner"),
    make_text("kind"),
    make_text("name"),
    make_text("number"),
    # The same for every way to write the number.
    make_text("key"),
    make_text("last_name"),
    make_text("first_name"),
    make_text("role"),
    make_text("company"),
    make_text("department"),
    make_text("note"),
    # The name without capitals and accents, by which lists are sorted.
    make_text("sorted"),
    make_text("created"),
    make_text("changed"),
    # Who changed it last.
    make_text("author"),
    Index("contact_by_owner", "owner", "sorted", "id"),
    Index("contact_by_key", "key", "owner"),
)

contact_word = Table(
    "contact_word",
    METADATA,
    make_text("word"),
    make_reference("contact", "contact", cascade=True),
    PrimaryKeyConstraint("word", "contact", name="contact_word_pkey"),
    Index("contact_word_by_contact", "contact"),
)

contact_member = Table(
    "contact_member",
    METADATA,
    make_reference("group_id", "contact", cascade=True),
    make_reference("member", "contact", cascade=True),
    make_whole("place"),
    PrimaryKeyConstraint("group_id", "member", name="contact_member_pkey"),
    Index("contact_member_by_member", "member"),
)
