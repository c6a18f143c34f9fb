# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done with the entry that is selected: always at the same places, greyed where it makes no sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QIcon, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget

from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Job
from faxcore.i18n import gettext as _
from faxcore.model.job import FINAL, IN_CALL, JobKind, State
from notifier.faxes.entry import Entry


class What(Enum):
    """The things that a person may want done."""

    OPEN = "open"
    REPLY = "reply"
    FORWARD = "forward"
    MAIL = "mail"
    AGAIN = "again"
    OTHER_NUMBER = "other number"
    PRINT = "print"
    SAVE_PDF = "save pdf"
    SAVE_TIFF = "save tiff"
    RECEIPT = "receipt"
    OPEN_ELSEWHERE = "open elsewhere"
    FOLDER = "folder"
    DELETE = "delete"
    RESTORE = "restore"
    READ = "read"
    ASSIGN = "assign"
    ARRIVED = "arrived"
    NOW = "now"
    STOP = "stop"
    HOLD = "hold"
    RELEASE = "release"


class FaxActions(QObject):
    """The actions; `wanted` tells what a person wants done with the entry that `current` gives."""

    wanted = pyqtSignal(object, object)
    """What, Entry."""

    def __init__(self, window: QWidget, current: Callable[[], Entry | None]) -> None:
        super().__init__(window)
        self._window, self._current = window, current
        self._by_what: dict[What, QAction] = {}
        self._add(What.OPEN, "document-open", _("Open"))
        self._add(What.REPLY, "mail-reply-sender", _("Reply"), "R", _("Write a fax to this number"))
        self._add(What.FORWARD, "mail-forward", _("Forward as fax …"), "F")
        self._add(What.MAIL, "mail-send", _("Forward by mail …"), "Shift+F")
        self._add(What.AGAIN, "view-refresh", _("Send again"))
        self._add(What.OTHER_NUMBER, "", _("Other number …"))
        self._add(What.PRINT, "document-print", _("Print …"), QKeySequence.StandardKey.Print)
        self._add(What.SAVE_PDF, "document-save", _("Save as PDF …"), QKeySequence.StandardKey.Save)
        self._add(What.SAVE_TIFF, "", _("Save as TIFF …"))
        self._add(What.RECEIPT, "", _("Save the delivery receipt …"))
        self._add(What.OPEN_ELSEWHERE, "", _("Open in another program"), "Ctrl+O")
        self._add(What.FOLDER, "", _("Show the folder"), "Ctrl+Shift+O")
        self._add(What.DELETE, "edit-delete", _("Delete"), QKeySequence.StandardKey.Delete)
        self._add(What.RESTORE, "edit-undo", _("Put back"))
        self._add(What.READ, "", _("Mark as unread"), "U")
        self._add(What.ASSIGN, "", _("Give to …"))
        self._add(What.ARRIVED, "", _("It arrived"))
        self._add(What.NOW, "", _("Send now"))
        self._add(What.STOP, "process-stop", _("Stop …"))
        self._add(What.HOLD, "", _("Hold"))
        self._add(What.RELEASE, "", _("Release"))
        self.enable(None, present=False, binned=False)

    def __getitem__(self, what: What) -> QAction:
        return self._by_what[what]

    def all(self) -> Sequence[QAction]:
        """List the actions."""
        return list(self._by_what.values())

    def trigger(self, what: What) -> None:
        """Do this with the entry that is selected, if it can be done."""
        self._by_what[what].trigger()

    def _add(self, what: What, icon: str, text: str, keys: str | QKeySequence.StandardKey = "", tip: str = "") -> None:
        action = QAction(QIcon.fromTheme(icon) if icon else QIcon(), text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if tip:
            action.setToolTip(tip)
        action.triggered.connect(lambda _on, what=what: self._want(what))
        self._by_what[what] = action

    def _want(self, what: What) -> None:
        entry = self._current()
        if entry is not None:
            self.wanted.emit(what, entry)

    # ------------------------------------------------------------ what makes sense

    def enable(self, entry: Entry | None, present: bool, binned: bool) -> None:
        """Offer what can be done with this entry; `present` is False while the service is away, `binned` True for what
        lies in the bin.
        """
        possible = find_possible(entry, binned) if entry is not None else set()
        for what, action in self._by_what.items():
            action.setEnabled(what in possible and (present or what is What.FOLDER))
        unread = entry is not None and entry.unread
        self[What.READ].setText(_("Mark as read") if unread else _("Mark as unread"))
        self[What.DELETE].setText(_("Delete for good …") if binned else _("Delete"))
        undecided = entry is not None and entry.fax is not None and entry.fax.undecided
        sent = entry is not None and entry.fax is not None and _state_of(entry) is State.DONE
        self[What.AGAIN].setText(_("Send again …") if undecided or sent else _("Send again"))

    def remedies(self, entry: Entry, binned: bool) -> list[QAction]:
        """List what helps most with this entry, to stand beside what is said of it."""
        if binned:
            return [self[What.RESTORE], self[What.DELETE]]
        if entry.draft is not None:
            return [self[What.OPEN], self[What.DELETE]]
        wanted: tuple[What, ...] = ()
        match _state_of(entry):
            case State.UNCERTAIN:
                wanted = (What.ARRIVED, What.AGAIN)
            case State.FAILED | State.CANCELLED:
                wanted = (What.AGAIN, What.OTHER_NUMBER)
            case State.SLEEPING | State.PENDING:
                wanted = (What.NOW, What.HOLD, What.STOP)
            case State.READY | State.ACTIVE | State.ENTERING:
                wanted = (What.STOP,)
            case State.HELD:
                wanted = (What.RELEASE, What.STOP)
        if entry.fax is not None and isinstance(entry.fax.of, Reception) and entry.fax.of.unassigned:
            wanted = (What.ASSIGN,)
        possible = find_possible(entry, binned)
        return [self[what] for what in wanted if what in possible]

    def fill_menu(self, menu: QMenu) -> None:
        """Put all that makes sense now into a menu, in place of what was there."""
        menu.clear()
        groups = (
            (What.OPEN, What.REPLY, What.FORWARD, What.MAIL, What.AGAIN, What.OTHER_NUMBER),
            (What.ARRIVED, What.NOW, What.HOLD, What.RELEASE, What.STOP),
            (What.PRINT, What.SAVE_PDF, What.SAVE_TIFF, What.RECEIPT, What.OPEN_ELSEWHERE, What.FOLDER),
            (What.READ, What.ASSIGN, What.RESTORE, What.DELETE),
        )
        for group in groups:
            actions = [self[what] for what in group if self[what].isEnabled()]
            if actions:
                menu.addActions(actions)
                menu.addSeparator()


def find_possible(entry: Entry, binned: bool) -> set[What]:
    """Find what can be done with an entry."""
    if entry.draft is not None:
        return {What.OPEN, What.DELETE}
    if entry.broadcast:
        return {What.OPEN}
    fax = entry.fax
    assert fax is not None
    possible = {What.OPEN}
    if fax.pages and not fax.fetched:
        possible |= {What.FORWARD, What.MAIL, What.PRINT, What.SAVE_PDF, What.SAVE_TIFF, What.OPEN_ELSEWHERE}
    if fax.answerable:
        possible.add(What.REPLY)
    possible |= _possible_received(fax.of) if isinstance(fax.of, Reception) else _possible_sent(fax.of)
    if binned:
        possible -= {What.READ, What.ASSIGN}
        possible.add(What.RESTORE)
    return possible


def _possible_received(reception: Reception) -> set[What]:
    filed = {What.FOLDER} if reception.pdf or reception.tiff else set()
    return {What.DELETE, What.READ, What.ASSIGN} | filed


def _possible_sent(job: Job) -> set[What]:
    if job.state in FINAL:
        again = set() if job.kind is JobKind.FETCH else {What.AGAIN, What.OTHER_NUMBER}
        return {What.DELETE, What.RECEIPT} | again
    match job.state:
        case State.UNCERTAIN:
            return {What.ARRIVED, What.AGAIN, What.OTHER_NUMBER, What.RECEIPT, What.DELETE}
        case State.HELD:
            return {What.RELEASE, What.STOP}
        case State.SLEEPING | State.PENDING:
            return {What.NOW, What.HOLD, What.STOP}
    return {What.STOP} if job.state not in IN_CALL else {What.STOP, What.HOLD}


def _state_of(entry: Entry) -> State | None:
    return entry.fax.of.state if entry.fax is not None and isinstance(entry.fax.of, Job) else None
