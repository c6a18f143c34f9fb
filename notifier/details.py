# SPDX-License-Identifier: GPL-3.0-or-later
"""The lower half of the history: one fax, what happened to it, its calls, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from faxcore.contract.received_fax import Reception
from faxcore.contract.sent_fax import Call, Job
from faxcore.i18n import gettext as _
from faxcore.i18n import translate
from faxcore.model.job import State
from faxcore.model.text import clean_text
from faxcore.qt.style import muted
from notifier.fax import Fax, Mood, count_pages, explain_waiting, in_full, in_words, time_of
from notifier.joining import begin_sentence, join_sentences
from notifier.pictures import mood_colours


class Details(QWidget):
    """The facts of one fax."""

    contact_wanted = pyqtSignal(object)
    """Its number is to be put into an address book."""

    def __init__(self) -> None:
        super().__init__()
        self.title = _label()
        self.state = _label()
        self.advice = muted(_label())
        self.add_contact = QPushButton(_("Add to co&ntacts …"))
        self._facts = QFormLayout()
        self._fax: Fax | None = None
        self.calls = QTreeWidget()
        self._build()
        self.show_fax(None)

    def _build(self) -> None:
        font = self.title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.title.setFont(font)
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(4)
        self._facts.setFormAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.calls.setHeaderLabels([_("Call"), _("Line"), _("Confirmed"), _("What happened")])
        self.calls.setRootIsDecorated(False)
        self.calls.setAlternatingRowColors(True)
        self.calls.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.calls.setAccessibleName(_("Calls of this fax"))
        self.calls.setMinimumHeight(72)
        header = self.calls.header()
        if header is not None:
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionsMovable(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 10, 4, 0)
        layout.setSpacing(6)
        self.add_contact.setToolTip(_("No address book knows this number yet."))
        self.add_contact.clicked.connect(lambda _on: self.contact_wanted.emit(self._fax))
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.add_contact, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(top)
        layout.addWidget(self.state)
        layout.addWidget(self.advice)
        layout.addLayout(self._facts)
        layout.addWidget(self.calls, 1)
        layout.addStretch(0)

    def show_fax(self, fax: Fax | None) -> None:
        """Show this fax; its calls come by `show_calls`, and stay as they are while it is the same fax."""
        self.setVisible(fax is not None)
        while self._facts.rowCount():
            self._facts.removeRow(0)
        self._fax = fax
        if fax is None:
            return
        direction = _("To {name}") if fax.sent and not fax.fetched else _("From {name}")
        self.title.setText(direction.format(name=fax.name))
        self.state.setText(join_sentences(fax.state, fax.reason))
        palette = self.palette()
        colour = mood_colours(self).get(fax.mood)
        if colour is not None:
            palette.setColor(palette.ColorRole.WindowText, colour)
        self.state.setPalette(palette)
        advice = _advice(fax)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        for name, value in _facts(fax):
            text = _label()
            text.setText(value)
            self._facts.addRow(muted(QLabel(name)), text)
        self.add_contact.setVisible(bool(fax.unknown_number))
        self.calls.setVisible(fax.sent)

    def show_calls(self, calls: Iterable[Call]) -> None:
        """The calls of the fax, oldest first."""
        self.calls.clear()
        fax = self._fax
        for call in calls:
            words = _happened(call, fetches=fax is not None and fax.fetched)
            item = QTreeWidgetItem(
                [
                    in_words(time_of(call.started)),
                    clean_text(call.line),
                    str(call.confirmed),
                    words,
                ]
            )
            item.setToolTip(0, in_full(time_of(call.started)))
            self.calls.addTopLevelItem(item)
        if not self.calls.topLevelItemCount():
            item = QTreeWidgetItem([_("No call yet.") if fax is None or not fax.ended else _("No call was made.")])
            self.calls.addTopLevelItem(item)
            item.setFirstColumnSpanned(True)


def _facts(fax: Fax) -> list[tuple[str, str]]:
    facts = [(_("Number:"), fax.number)] if fax.number != fax.name or not fax.sent else []
    match fax.of:
        case Job() as job:
            pages = count_pages(fax.pages)
            part = _("{pages}, {confirmed} confirmed").format(pages=pages, confirmed=job.confirmed)
            facts.append((_("Subject:"), fax.subject))
            facts.append((_("Created:"), in_full(fax.when)))
            when = in_words(time_of(job.next_try)) if job.next_try else ""
            first = _("To be fetched:") if fax.fetched else _("To be sent:")
            facts.append((first if job.state in (State.PENDING, State.READY) else _("Next try:"), when))
            facts.append((_("Tried until:"), in_words(time_of(job.give_up_at)) if job.give_up_at else ""))
            facts.append((_("Pages:"), part if job.confirmed < fax.pages and not fax.fetched else pages))
        case Reception() as reception:
            facts.append((_("Called number:"), clean_text(" ".join((reception.called_name, reception.called)).strip())))
            facts.append((_("Sub-address:"), clean_text(reception.sub_address)))
            facts.append((_("Received:"), in_full(fax.when)))
            facts.append((_("Pages:"), count_pages(fax.pages)))
            facts.append((_("Line:"), clean_text(reception.line)))
            facts.append((_("File:"), clean_text(reception.pdf or reception.tiff, 400)))
    return [(name, value) for name, value in facts if value]


def _advice(fax: Fax) -> str:
    if fax.undecided:
        return _("All pages went out, but the last confirmation was lost. Ask the recipient whether the fax arrived.")
    if fax.fetched and fax.mood is Mood.BAD:
        return _("Nothing more is tried. Check the number, then order the document again.")
    if fax.sent and fax.mood is Mood.BAD:
        return _("Nothing more is tried. Check the number, then print the document again.")
    advice = []
    if not fax.sent and fax.mood is Mood.BAD:
        advice.append(_("What arrived is kept. Ask the sender to send the rest again."))
    if isinstance(fax.of, Reception) and fax.of.waiting:
        advice.append(explain_waiting(fax.of))
    return " ".join(advice)


def _happened(call: Call, fetches: bool) -> str:
    """Say what became of a call: its reason is a sentence, and what else is known of it another."""
    # Other ends than a good one have a reason. A call that has not ended has none yet.
    reason = clean_text(translate(call.reason))
    parts = [] if reason else [_end_well(fetches) if call.outcome else _go_on(fetches)]
    if call.rate:
        parts.append(_("{rate} bit/s").format(rate=call.rate))
    if call.seconds:
        parts.append(_("{seconds:.0f} s").format(seconds=call.seconds))
    remote = clean_text(call.remote_id)
    if remote:
        parts.append(_("answered by {name}").format(name=remote))
    return join_sentences(reason, begin_sentence(", ".join(parts)))


def _go_on(fetches: bool) -> str:
    return _("Fetching") if fetches else _("Sending")


def _end_well(fetches: bool) -> str:
    return _("All pages received") if fetches else _("All pages confirmed")


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
