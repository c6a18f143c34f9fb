# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders that a person gave while the service was away: kept on their own disk, and handed over when it is back."""
