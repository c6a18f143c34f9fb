# SPDX-License-Identifier: GPL-3.0-or-later
# To whoever uses them the twins are the same classes.
from faxcore.t85.decode import Decoder as Decoder
from faxcore.t85.encode import Encoder as Encoder
