# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the house: plain values that every room may know, and that know no room."""
