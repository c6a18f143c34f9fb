# SPDX-License-Identifier: GPL-3.0-or-later
"""The methods of the service, by person and without the bus."""
