# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of calls: tariffs as files of their own (`tariff_file`), and the price of one call by them (`pricing`).

Pure: no store, no bus and no clock; the only file that is read is the tariff. Money is `decimal.Decimal`, and no number
with a floating point is in this room. docs/tariffs.md is the page for whoever writes a tariff.
"""
