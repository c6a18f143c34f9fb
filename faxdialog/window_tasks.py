# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that goes on beside the window. Trouble with it is told, in words, by the part of the window that wanted it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.bus import ErrorCode
from faxcore.document.document_error import DocumentError
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.qt.link import DeskLink
from faxdialog.notices import Owner


class WindowTasks:
    """Work that has begun. `gone` hears that the document is no more, `complain` of any other trouble."""

    def __init__(self, link: DeskLink, gone: Callable[[], None], complain: Callable[[Owner, str], None]) -> None:
        self._link, self._gone, self._complain = link, gone, complain
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], owner: Owner) -> asyncio.Task[None]:
        """Do this; trouble with it is told for this owner."""
        task = asyncio.ensure_future(self._guard(work, owner))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its first step has not begun its work.
        task.add_done_callback(lambda _task: work.close())
        return task

    def cancel_others(self, awaited: set[asyncio.Task[None]]) -> None:
        """Give up all but these."""
        for task in self._tasks - awaited:
            task.cancel()

    async def _guard(self, work: Coroutine[Any, Any, None], owner: Owner) -> None:
        try:
            await work
        except ServiceUnavailable:
            if self._link.present:
                sentence = _(
                    "The fax service does not answer. The document is safe; try again in a moment, or save it for"
                    " later."
                )
                self._complain(owner, sentence)
        except BusError as error:
            if error.code is ErrorCode.UNKNOWN:
                self._gone()
            else:
                self._complain(owner, str(error))
        except DocumentError as error:
            self._complain(owner, _("The pages cannot be shown. {reason}").format(reason=translate(error.sentence)))
        except OSError as error:
            self._complain(owner, _("The pages cannot be shown: {reason}.").format(reason=error.strerror or error))
