# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile bits, made by the million: `packaging/fuzz` runs the codecs on them under sanitizers, pytest the corpus."""
