# SPDX-License-Identifier: GPL-3.0-or-later
"""`faxctl line` against fax machines that no laboratory would certify, at the AT commands, in no time.

`play.py` runs the real command in this process, on a virtual terminal. `world.py` is the time and the telephone line,
`modem.py` the Class 1 modem (T.31) between that terminal and the line, `machine.py` the machine at the far end. Nothing
here is made of `faxcore.t30`: frames and bits are written down again from the Recommendation, so that a mistake there
does not meet itself.
"""
