# SPDX-License-Identifier: GPL-3.0-or-later
# To whoever uses them the twins are the same classes.
from faxcore.t4.decode import Decoder as Decoder
from faxcore.t4.encode import Encoder as Encoder
