# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of faxes as callers wish them, checked against the fax as it is; nothing of one is made unless all is."""

from __future__ import annotations

from dataclasses import replace

from faxcore.api.api_error import ApiError, wrong_state
from faxcore.api.nothing_to_send import refuse_bare
from faxcore.api.orders import (
    check_password,
    check_time,
    count_pages,
    find_destination,
    find_header,
    refuse_early_end,
    refuse_fetching,
)
from faxcore.api.own_headers import with_own
from faxcore.api.own_payers import find_moved_payer, find_payer
from faxcore.config import Config
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import JobChange
from faxcore.dialling.numbers import Destination
from faxcore.model.job import IN_CALL, State
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.queue.scheduler import WAITING
from faxcore.store.ids_and_times import format_time, read_clock
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store
from faxcore.store.wish import Wish


def check_change(change: JobChange, job: JobRow, store: Store, config: Config) -> Wish:
    """Check a change of a job. ApiError if it cannot be made."""
    if job.state not in WAITING and job.state not in IN_CALL:
        raise wrong_state(job.state)
    if change == JobChange():
        raise ApiError(
            ErrorCode.BAD_ORDER,
            Sentence(
                "Nothing is to be changed: name a number, a password, a header, a time, an end of the time, a priority"
                " or a payer."
            ),
        )
    send_at, give_up_at = _check_times(change, job)
    wish = Wish(
        to=None if change.number is None else _find_free_destination(change.number, job, store, config),
        send_at=send_at,
        give_up_at=give_up_at,
        priority=None if change.priority is None else change.priority.rank,
        password=None if change.password is None else check_password(change.password),
    )
    wish = replace(wish, payer=_find_payer(change, wish.to, job, store, config))
    _refuse_password_elsewhere(wish, job)
    if job.state is State.FINAL_PENDING and (wish.to is not None or wish.send_at is not None):
        raise ApiError(
            ErrorCode.STATE,
            Sentence("The last page of this fax is out, and may have arrived: wait until its call has ended."),
        )
    return wish if change.header is None else _with_header(wish, change.header, job, store, config)


def _refuse_password_elsewhere(wish: Wish, job: JobRow) -> None:
    """Raise ApiError if a password would be told to another machine than the one that it was meant for."""
    had = job.password if job.wish is None or job.wish.password is None else job.wish.password
    if had and wish.password is None and wish.is_elsewhere(job.destination, job.sub_address):
        raise ApiError(
            ErrorCode.BAD_ORDER,
            Sentence(
                "This fax has a password, which is for the number that it has: say the other number's password too,"
                " or that it has none."
            ),
        )


def _check_times(change: JobChange, job: JobRow) -> tuple[str | None, str | None]:
    """Check both times of a change, together with those that stay; as the store writes them, empty for none."""
    # What was wished earlier in a call that lasts still counts, unless this takes it back.
    wished = None if job.wish is None else job.wish.send_at
    send_at = None if change.send_at is None else check_time(change.send_at) or ""
    give_up_at = None if change.give_up_at is None else check_time(change.give_up_at) or ""
    if send_at is not None or give_up_at is not None:
        stays = job.send_at if wished is None else wished
        refuse_early_end(
            stays if send_at is None else send_at, (job.give_up_at if give_up_at is None else give_up_at) or None
        )
    if job.state in IN_CALL and wished is None and (send_at or "") <= format_time(read_clock()):
        # It is being sent at once.
        send_at = None
    return send_at, give_up_at


def _find_free_destination(number: str, job: JobRow, store: Store, config: Config) -> Destination:
    to = find_destination(number, config, job.owner)
    if store.job_changes.is_taken(job, to):
        raise ApiError(
            ErrorCode.BAD_ORDER, Sentence("Another fax of the same broadcast goes to {number}.", {"number": to.shown})
        )
    return to


def _find_payer(change: JobChange, to: Destination | None, job: JobRow, store: Store, config: Config) -> str | None:
    """Find the code of whoever pays from the next call on; None if that stays as it is."""
    today = store.database.local_now().date()
    if change.payer is not None:
        number = job.destination if to is None else to.key
        return find_payer(config, job.owner, number, today, clean_text(change.payer, 60))
    return None if to is None else find_moved_payer(config, job, to.key, today)


def _with_header(wish: Wish, header: str, job: JobRow, store: Store, config: Config) -> Wish:
    refuse_fetching(job)
    config = with_own(config, store, job.owner, header)
    found = find_header(header, config, job.owner, job.destination if wish.to is None else wish.to.key)
    if job.state in IN_CALL:
        raise ApiError(
            ErrorCode.STATE,
            Sentence("This fax is being sent with the header that it has: hold it, and change the header then."),
        )
    if job.confirmed and not wish.is_elsewhere(job.destination, job.sub_address):
        raise ApiError(
            ErrorCode.STATE,
            Sentence(
                "Pages of this fax have arrived with the header that it has, and the others must fit them:"
                " cancel it and send it again to have another."
            ),
        )
    pages = store.documents.get(job.document).pages
    refuse_bare(found, pages)
    return replace(wish, header=found, pages=count_pages(pages, found))
