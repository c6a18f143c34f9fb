# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of `faxctl line`: what they let a call use, and the names of files that they allow."""

from __future__ import annotations

import argparse

import pytest

from faxcore.cli.command_parser import CommandParser
from faxcore.cli.line_options import add_commands, terminal
from faxcore.model.page import Coding
from faxcore.t30 import bits
from faxcore.t30.capabilities import our_dis
from faxcore.t30.modulation import V17_7200


def parse(*arguments: str) -> argparse.Namespace:
    parser = CommandParser()
    add_commands(parser)
    return parser.parse_args(arguments)


RECEIVE = ("receive", "--device", "/dev/ttyACM0", "--folder", "in")
SEND = ("send", "--device", "/dev/ttyACM0", "--to", "0199000002", "letter.pdf")


@pytest.mark.parametrize(
    ("option", "rates", "left_out"),
    [
        ("--no-v17", "1100", set()),
        ("--no-v29", "0100", set()),
        ("--no-mmr", "1101", {bits.MMR}),
        ("--no-mr", "1101", {bits.TWO_DIMENSIONAL}),
        ("--no-ecm", "1101", {bits.ECM, bits.MMR}),
    ],
)
def test_a_dis_offers_nothing_that_was_left_out(option: str, rates: str, left_out: set[int]) -> None:
    whole, dis = our_dis(terminal(parse(*RECEIVE))), our_dis(terminal(parse(*RECEIVE, option)))
    assert dis.group(11, 14) == rates
    rate_bits = {11, 12, 13, 14}
    assert (whole.numbers() - dis.numbers()) - rate_bits == left_out
    assert dis.numbers() - rate_bits <= whole.numbers()


def test_nothing_that_was_left_out_is_sent() -> None:
    chosen = terminal(parse(*SEND, "--no-v17", "--no-mmr"))
    assert {each.name for each in chosen.sends} == {"V.29", "V.27ter"}
    assert chosen.codings == (Coding.MR, Coding.MH)
    assert V17_7200 in terminal(parse(*SEND, "--no-v29")).sends


@pytest.mark.parametrize("name", ["", "../fax", "/tmp/fax", ".fax", "-fax", "a\nb", "x" * 201])
def test_a_name_that_is_not_a_file_of_the_folder_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(*RECEIVE, f"--name={name}")
    assert ended.value.code == 2
    assert "--name" in capsys.readouterr().err
