# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages as documents: rendering, TIFF and PDF files, the header line, cover pages.

Hostile documents are opened in `renderer` and `check` processes only; every other module works on pages that one
of those two has written.
"""
