# SPDX-License-Identifier: GPL-3.0-or-later
"""The service's child processes: started, listened to, and started again when they end."""
