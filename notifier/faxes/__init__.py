# SPDX-License-Identifier: GPL-3.0-or-later
"""The main window *Faxes*: folders, the list of a folder, and the page of the fax that is selected."""
