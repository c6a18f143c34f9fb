# SPDX-License-Identifier: GPL-3.0-or-later
"""The list that is shown, as Qt asks for it: entries by their places, newest first.

The faxes of a broadcast are one row at the place of its newest, which opens: a list of thirty recipients hides nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from faxcore.contract.sent_fax import Job
from notifier.fax import Fax
from notifier.faxes.entry import Entry, brief_time, enter_broadcast, enter_fax

Role = Qt.ItemDataRole
ENTRY_ROLE: Final = Role.UserRole


Spot = tuple[str, str]
"""Where a row stands: the place and the key of its entry."""


class EntryModel(QAbstractListModel):
    """The entries of a list. With `gathered`, the faxes of a broadcast are one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Entry] = []
        self._spots: dict[str, Spot] = {}
        """The spot of the row in which an entry, a broadcast or one of its faxes is, by their keys."""
        self._gathered = True

    def replace(self, entries: Iterable[Entry], gathered: bool) -> None:
        """Show these."""
        self._gathered = gathered
        self.beginResetModel()
        self._spots.clear()
        self._rows = self._gather(entries)
        for row in self._rows:
            self._note(row)
        self.endResetModel()

    def put(self, entries: Iterable[Entry]) -> None:
        """Take new entries, and changes of those that are shown."""
        last = _spot_of(self._rows[-1]) if self._rows else None
        further: list[Entry] = []
        for entry in self._gather(entries):
            broadcast = self._broadcast_of(entry)
            row = self.row_of(broadcast or entry.key)
            if row >= 0:
                self._change(row, _join(self._rows[row], entry) if broadcast else entry)
            elif last is None or _spot_of(entry) < last:
                further.append(entry)
            else:
                self._insert(self._find(_spot_of(entry)), [entry])
        self._insert(len(self._rows), further)

    def remove(self, key: str) -> None:
        """Show this entry no more, or this fax of a broadcast."""
        row = self.row_of(key)
        if row < 0:
            return
        shown = self._rows[row]
        left = [fax for fax in shown.broadcast if fax.key != key]
        if left and len(left) < len(shown.broadcast):
            self._change(row, _enter(left))
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        self._forget(shown)
        del self._rows[row]
        self.endRemoveRows()

    def entry(self, row: int) -> Entry | None:
        """The entry of a row; None if there is none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, key: str) -> int:
        """The row of this entry, or of the broadcast in which the fax is; -1 if it is not shown."""
        spot = self._spots.get(key)
        return self._find(spot) if spot is not None else -1

    def first_unread(self) -> int:
        """The row of the newest entry that is not read; -1 if there is none."""
        return next((row for row, entry in enumerate(self._rows) if entry.unread), -1)

    # ------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name, Qt's default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        match role:
            case Role.DisplayRole:
                return f"{entry.name}\n{entry.about}\n{brief_time(entry.when)}"
            case Role.AccessibleTextRole:
                return entry.spoken()
            case Role.ToolTipRole:
                return None
        return entry if role == ENTRY_ROLE else None

    # ------------------------------------------------------------ within

    def _gather(self, entries: Iterable[Entry]) -> list[Entry]:
        """Make one entry of the faxes of each broadcast; the rows, newest first."""
        rows: list[Entry] = []
        broadcasts: dict[str, list[Fax]] = {}
        for entry in entries:
            broadcast = self._broadcast_of(entry)
            if broadcast:
                broadcasts.setdefault(broadcast, []).extend(_faxes_in(entry))
            else:
                rows.append(entry)
        return sorted([*rows, *map(_enter, broadcasts.values())], key=_spot_of, reverse=True)

    def _broadcast_of(self, entry: Entry) -> str:
        """The key of the broadcast as one of whose faxes an entry is shown; empty if it stands by itself."""
        faxes = _faxes_in(entry) if self._gathered else ()
        broadcast = faxes[0].of.broadcast if faxes and isinstance(faxes[0].of, Job) else ""
        return f"broadcast:{broadcast}" if broadcast else ""

    def _insert(self, row: int, entries: list[Entry]) -> None:
        if not entries:
            return
        self.beginInsertRows(QModelIndex(), row, row + len(entries) - 1)
        for entry in entries:
            self._note(entry)
        self._rows[row:row] = entries
        self.endInsertRows()

    def _change(self, row: int, entry: Entry) -> None:
        """Put an entry in the place of a row: a broadcast whose newest fax is another one may move."""
        to = self._find(_spot_of(entry))
        self._forget(self._rows[row])
        self._note(entry)
        if to not in (row, row + 1):
            self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), to)
            moved = self._rows.pop(row)
            row = to if to < row else to - 1
            self._rows.insert(row, moved)
            self.endMoveRows()
        self._rows[row] = entry
        self.dataChanged.emit(self.index(row, 0), self.index(row, 0))

    def _keys_of(self, entry: Entry) -> set[str]:
        return {entry.key, self._broadcast_of(entry), *(fax.key for fax in entry.broadcast)} - {""}

    def _note(self, entry: Entry) -> None:
        self._spots |= dict.fromkeys(self._keys_of(entry), _spot_of(entry))

    def _forget(self, entry: Entry) -> None:
        for key in self._keys_of(entry):
            del self._spots[key]

    def _find(self, spot: Spot) -> int:
        """Find the first row that does not stand before this spot."""
        low, high = 0, len(self._rows)
        while low < high:
            middle = (low + high) // 2
            if _spot_of(self._rows[middle]) > spot:
                low = middle + 1
            else:
                high = middle
        return low


def _spot_of(entry: Entry) -> Spot:
    return entry.place, entry.key


def _join(shown: Entry, further: Entry) -> Entry:
    """Put further faxes, and changes, into the row of a broadcast."""
    faxes = {fax.key: fax for fax in (*_faxes_in(shown), *_faxes_in(further))}
    return _enter(faxes.values())


def _enter(faxes: Iterable[Fax]) -> Entry:
    newest_first = sorted(faxes, key=lambda fax: fax.id, reverse=True)
    return enter_broadcast(newest_first) if len(newest_first) > 1 else enter_fax(newest_first[0])


def _faxes_in(entry: Entry) -> tuple[Fax, ...]:
    return entry.broadcast or ((entry.fax,) if entry.fax is not None else ())
