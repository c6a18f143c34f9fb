# SPDX-License-Identifier: GPL-3.0-or-later
"""The spool of a HylaFAX that Facteur replaces, brought in: received faxes, the log of its calls, and sent jobs."""
