# SPDX-License-Identifier: GPL-3.0-or-later
"""What callers may do, by person: the service's methods without the bus."""
