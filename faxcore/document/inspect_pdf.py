# SPDX-License-Identifier: GPL-3.0-or-later
"""A PDF looked through before it is drawn: what its pages show is all there, or the fax is refused.

The program that draws (pdfium) is made to show as much as it can of anything, as viewers do, and tells nobody what it
left out. A fax is not looked at by its sender, so nothing may be missing from it. What a page shows is followed from
its content on: the content itself, the pictures and forms that it paints, their masks, the fonts that are in the file,
the appearances of its annotations. What is not used is not looked at, and what viewers do without, as a graphics state
or a font that is only named, is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from faxcore.document.document_error import DocumentError, Reason
from faxcore.document.pdf_end import refuse_cut_file
from faxcore.document.pdf_pictures import check_picture
from faxcore.document.pdf_streams import Damaged, read_stream
from faxcore.model.page import MAX_PAGES

if TYPE_CHECKING:
    import pikepdf

_FONT_FILES: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_REBUILT: Final = "reconstruct"
"""The word in qpdf's warning about a table of contents that it had to make itself."""


def inspect(document: Path) -> bool:
    """Look through a PDF; DocumentError, with what is wrong, unless it can be drawn whole. True if it has pictures
    that only the program that draws can judge.
    """
    import pikepdf

    refuse_cut_file(document)
    try:
        with pikepdf.open(document, suppress_warnings=True) as pdf:
            if pdf.is_encrypted and not pdf.allow.print_lowres:
                raise DocumentError(Reason.NOT_TO_BE_PRINTED)
            rebuilt = any(_REBUILT in str(warning) for warning in pdf.get_warnings())
            inspection = _Inspection(pdf)
            for page in _list_pages(pdf):
                inspection.look_at(page, rebuilt)
            return inspection.undecided
    except pikepdf.PasswordError as error:
        raise DocumentError(Reason.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.DependencyError) as error:
        raise DocumentError(Reason.DAMAGED, str(error)) from error


def _list_pages(pdf: pikepdf.Pdf) -> list[Any]:
    pages = [page.obj for page in pdf.pages]
    if len(pages) > MAX_PAGES:
        raise DocumentError(Reason.TOO_MANY_PAGES)
    if not pages:
        raise DocumentError(Reason.NO_PAGES)
    declared = int(pdf.Root.Pages.get("/Count", 0))
    if declared > len(pages):
        raise DocumentError(Reason.PAGES_MISSING, f"{len(pages)} of {declared}")
    return pages


class _Inspection:
    """One walk through everything that is shown; each thing is looked at once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._seen: set[tuple[int, int]] = set()
        self._forms: list[Any] = []
        self.undecided = False

    def look_at(self, page: Any, rebuilt: bool) -> None:
        """Look at one page."""
        resources = _find_inherited(page, "/Resources")
        contents = page.get("/Contents")
        if contents is None and rebuilt:
            raise Damaged("a page has lost its content")
        with _malformed():
            self._look_at_content(page, _list_streams(contents), resources)
            self._forms += _list_appearances(page)
            while self._forms:
                form = self._forms.pop()
                self._look_at_content(form, [form], form.get("/Resources", resources))

    def _look_at_content(self, owner: Any, streams: list[Any], resources: Any) -> None:
        """Look at the operators of a page or a form, and at what they paint."""
        octets = b"\n".join(read_stream(self._pdf, stream) for stream in streams)
        if resources is None:
            return
        colour_spaces = resources.get("/ColorSpace")
        for font in _values(resources.get("/Font")):
            self._look_at_font(font)
        for pattern in _values(resources.get("/Pattern")):
            self._add_form(pattern)
        for state in _values(resources.get("/ExtGState")):
            mask = state.get("/SMask")
            if hasattr(mask, "keys"):
                self._add_form(mask.get("/G"))
        painted = resources.get("/XObject")
        if not painted and b"BI" not in octets:
            return
        for name in self._list_painted(owner, colour_spaces):
            self._look_at_painted(painted.get(name) if painted else None, colour_spaces)

    def _list_painted(self, owner: Any, colour_spaces: Any) -> set[str]:
        """List the names of what is painted; pictures within the content are looked at on the way."""
        import pikepdf

        names = set()
        for instruction in pikepdf.parse_content_stream(owner, "Do BI ID EI"):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self._look_at_inline(instruction.iimage, colour_spaces)
            elif instruction.operands:
                names.add(str(instruction.operands[0]))
        return names

    def _look_at_painted(self, thing: Any, colour_spaces: Any) -> None:
        if thing is None or not self._is_new(thing):
            return
        if str(thing.get("/Subtype")) != "/Image":
            self._forms.append(thing)
            return
        self._check_picture(thing, colour_spaces)
        for name in ("/SMask", "/Mask"):
            mask = thing.get(name)
            if mask is not None and hasattr(mask, "read_raw_bytes") and self._is_new(mask):
                self._check_picture(mask, colour_spaces)

    def _look_at_inline(self, picture: Any, colour_spaces: Any) -> None:
        import pikepdf

        made = pikepdf.Stream(self._pdf, picture._data._inline_image_raw_bytes())
        for name, value in picture.obj.items():
            made[name] = value
        self._check_picture(made, colour_spaces)

    def _check_picture(self, picture: Any, colour_spaces: Any) -> None:
        try:
            with _malformed():
                self.undecided |= not check_picture(self._pdf, picture, colour_spaces)
        except Damaged as error:
            raise DocumentError(Reason.PICTURE_DAMAGED, error.detail) from error

    def _look_at_font(self, font: Any) -> None:
        if not self._is_new(font):
            return
        for glyph in _values(font.get("/CharProcs")):
            self._add_form(glyph)
        fonts = [font, *_listed(font.get("/DescendantFonts"))]
        for descriptor in (each.get("/FontDescriptor") for each in fonts):
            for name in _FONT_FILES if descriptor is not None else ():
                file = descriptor.get(name)
                if file is not None and self._is_new(file):
                    read_stream(self._pdf, file)

    def _add_form(self, form: Any) -> None:
        if form is not None and hasattr(form, "read_raw_bytes") and self._is_new(form):
            self._forms.append(form)

    def _is_new(self, thing: Any) -> bool:
        identity = thing.objgen
        if identity == (0, 0):
            return True
        new = identity not in self._seen
        self._seen.add(identity)
        return new


@contextmanager
def _malformed() -> Iterator[None]:
    """Turn what a thing of the wrong kind leads to into an error of the document."""
    try:
        yield
    except (TypeError, ValueError, AttributeError, LookupError, NotImplementedError) as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error


def _find_inherited(page: Any, name: str) -> Any:
    """Find an attribute of a page, or of the nodes above it (ISO 32000-1, 7.7.3.4)."""
    node = page
    for _depth in range(100):
        if node is None or name in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(name)


def _list_streams(contents: Any) -> list[Any]:
    return [] if contents is None else [each for each in _listed(contents) if hasattr(each, "read_raw_bytes")]


def _listed(value: Any) -> list[Any]:
    import pikepdf

    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _values(names: Any) -> list[Any]:
    """The values of a dictionary of resources that are dictionaries or streams themselves."""
    found = [] if names is None or not hasattr(names, "keys") else [names[name] for name in names.keys()]  # noqa: SIM118
    return [each for each in found if hasattr(each, "keys")]


def _list_appearances(page: Any) -> list[Any]:
    """List the normal appearances of a page's annotations: one, or one for each state."""
    found = []
    for annotation in _listed(page.get("/Annots")):
        appearance = annotation.get("/AP") if hasattr(annotation, "keys") else None
        normal = appearance.get("/N") if appearance is not None else None
        if normal is not None:
            found += [normal] if hasattr(normal, "read_raw_bytes") else _values(normal)
    return [each for each in found if hasattr(each, "read_raw_bytes")]
