# SPDX-License-Identifier: GPL-3.0-or-later
"""The bus contract: the names, methods, signals and errors of the service, said once for both sides.

A document crosses the bus as a file descriptor of a bilevel TIFF in fax geometry; descriptors to write to are the
caller's own, opened for writing. Everything else is plain values: `a{sv}` below is a dictionary whose keys are
listed here, absent keys mean "none". Ids are UUIDv7 in text. Times are ISO 8601 in UTC.
The owner of everything is the uid that the bus reports for the caller; nobody sees or touches another's.

Interface org.facteur.Intake1 (cupsd's user only; deny for everyone else by bus policy *and* in the service)
    Submit(h pages, h original, a{sv} claim) -> (s kind, s id)
        claim: user (s, the name that cupsd gives), title (s), print_job (u); and, to send without a dialog:
        number, last_name, first_name, role, company, subject, header (all s).
        kind is "draft" or "job". The answer means: on disk.

Interface org.facteur.Desk1 (the user's programs)
    Register()                            signals go to this caller until it leaves the bus
    Headers() -> aa{sv}                   id, name, heading (s), sender (as), cover (b)
    Status() -> a{sv}                     version, codec (s), lines (aa{sv}: name, state, detail, numbers (as), modem,
                                          call (s), page (u)), queued, active, drafts (u), received_folder (s),
                                          trouble (s): why received faxes cannot be put in their folder now, or nothing
    ListDrafts() -> aa{sv}                DRAFT dictionaries of the caller
    ReadDraft(s draft, h out)             the draft's pages as TIFF
    ComposeDraft(s draft, a{sv} order, h out)   the pages as they will arrive, cover page and header line on them
    DiscardDraft(s draft)
    SubmitDraft(s draft, a{sv} order) -> s job      the draft becomes a job; repeating it returns the same job
    SubmitDocument(h pages, h original, a{sv} order) -> s job
    ListJobs() -> aa{sv}                  JOB dictionaries of the caller, newest first
    ShowJob(s job) -> a{sv}               the same, and calls (aa{sv}: started, outcome, reason, sent, confirmed, rate,
                                          remote_id, seconds (d), line)
    ReadJob(s job, h out)                 the pages of the job as TIFF
    CancelJob(s job)
    ResolveJob(s job, s verdict)          for an uncertain job: "arrived" or "again"
    ListReceptions() -> aa{sv}            RECEPTION dictionaries that are the caller's, newest first
    ReadReception(s reception, s kind, h out)    kind: tiff, pdf, transcript
  signals, to the one program only whose user is concerned:
    DraftWaiting(a{sv} draft)  JobChanged(a{sv} job)  ReceptionArrived(a{sv} reception)

    order:      header, number, last_name, first_name, role, company, subject, title (all s)
    DRAFT:      id, title, created (s), pages (u), resolution (s)
    JOB:        id, state, title, number, recipient (display name), subject, header, created, changed, reason (s),
                pages, confirmed, tries (u), progress (s)
    RECEPTION:  id, received, line, called, sub_address, caller, remote_id, outcome, reason, tiff, pdf (s, paths),
                pages, bad_rows (u)

Errors: org.facteur.Error.* below, each with one sentence for a person.
"""

from __future__ import annotations

from typing import Final

BUS_NAME: Final = "org.facteur.Facteur"
OBJECT_PATH: Final = "/org/facteur/Facteur"
INTAKE: Final = "org.facteur.Intake1"
DESK: Final = "org.facteur.Desk1"

ERROR_DENIED: Final = "org.facteur.Error.Denied"
"""The caller may not do this."""
ERROR_UNKNOWN: Final = "org.facteur.Error.Unknown"
"""There is no such draft, job or reception, or it is somebody else's (which must look the same)."""
ERROR_BAD_NUMBER: Final = "org.facteur.Error.BadNumber"
ERROR_BAD_DOCUMENT: Final = "org.facteur.Error.BadDocument"
ERROR_BAD_ORDER: Final = "org.facteur.Error.BadOrder"
"""A field of an order or claim is missing, unknown, or of the wrong type."""
ERROR_STATE: Final = "org.facteur.Error.State"
"""The job is not in a state in which this can be done."""
ERROR_NO_SPACE: Final = "org.facteur.Error.NoSpace"
ERROR_INTERNAL: Final = "org.facteur.Error.Internal"
"""A fault of the service; details are in its log, never on the bus."""

ORDER_FIELDS: Final = (
    "header",
    "number",
    "last_name",
    "first_name",
    "role",
    "company",
    "subject",
    "title",
)
