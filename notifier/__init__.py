# SPDX-License-Identifier: GPL-3.0-or-later
"""The tray: opens the dialog for what was printed, announces what arrives, and shows the main window Faxes."""
