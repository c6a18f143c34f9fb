# SPDX-License-Identifier: GPL-3.0-or-later
"""Receiving: calls answered, pages kept, faxes filed."""
