# SPDX-License-Identifier: GPL-3.0-or-later
"""News that go out of the house: tried again and again, and given up loudly, while no fax waits for them."""
