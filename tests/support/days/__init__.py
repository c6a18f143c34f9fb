# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise P15: a service lives through many days of an office's traffic, in virtual time.

The service is the whole composition (`faxcore.service`) with its real store, files, threads and checkers of documents.
Only three things are a test's: the clocks, the people, and the line's worker with all that is behind it.
"""
