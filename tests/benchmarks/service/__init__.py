# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon the service answers, by the clock, at rest and under load: `python -m tests.benchmarks.service`, as root.

The daemon runs on a private bus over a store of 100,000 faxes, 10,000 news of which nobody has been told yet; its
clients are processes of other users, its line workers play calls without a modem. Measured are

- the start, from the process to the name on the bus, with the file system's cache as the filling has left it;
- one person's submissions of a one-page document, one after another, while nothing else happens;
- then, under load, the submissions of four others, each some two seconds after the last was answered;
- then, under load with a hundredfold of calls, how long the lines wait for `Noted` after `FinalPending`. Of 2,000
  waits, p99.9 is the second longest.

Every client goes to the service's own socket; the flooder floods that and the bus besides. The load is twenty trays,
each of a person with their share of the faxes and news, that connect, register, ask for every list and leave, again
every two seconds; one person who floods with long orders, foreign arguments, signals, questions, documents that are
none and, as many as one may in an hour, real ones; eight lines that send faxes of two pages all the time, and after
every tenth receive one. A page takes three seconds while submissions are timed, a tenth of what it does in life, and
then a third of a second, which makes eight lines hundreds: so the pages of faxes that are sent are copied instead of
composed. All else is the daemon's own. Everybody, the flooder too, shares the machine's processors: nothing here is
bound to one, or nice.

When it is over, what the lines have said is looked for in the database, word for word.
"""
