# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol of T.30, as procedures: no I/O, no clock, no threads, no codec.

A whole call is one generator (a *script*) that yields what it asks of the line and is sent what the line answered:

    call = transmit(terminal, pages, number)      # or: answer(terminal, offered), poll(terminal, number)
    request = next(call)
    while True:
        request = call.send(line.perform(request))    # StopIteration.value is the result

A program that tests it needs these names only:

    faxcore.t30.sender.transmit, faxcore.t30.receiver.answer,
    faxcore.t30.polling_calling.poll                                   start a call from its settings and its pages
    faxcore.t30.line                                           the requests and the replies. A request that waits says
                                                               in `seconds` how long: now + seconds is the next
                                                               deadline. Each reply says in `now` when it came
    faxcore.t30.capabilities.Terminal, PageInfo                the settings and the pages
    faxcore.t30.call_failed.CallFailed                             never leaves a script: results say how a call ended

No request reads a clock: a whole call plays in milliseconds (tests/unit/t30/test_docstring.py is such a program).
"""
