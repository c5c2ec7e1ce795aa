"""Every command of the desk's table is moved by the machine, or is left out for a reason."""

import pytest

from mailgate.classify.commands import specialist_instructions, superuser_instructions
from mailgate.domain.command_table import COMMANDS
from mailgate.domain.commands import Command, Role
from tests.machine.speech import BEHIND, BEHIND_FIRST, LEFT_OUT, spelled

TRIED = {Role.SPECIALIST: BEHIND, Role.SUPERUSER: BEHIND_FIRST}
STANDS_FOR = {"mark": "qz1zq", "number": "MG-100001-4", "mail": "7", "who": "eva@ett.example"}


def test_every_command_of_the_table_is_tried_or_left_out_for_a_reason() -> None:
    known = {(one.role, one.name) for one in COMMANDS}
    tried = {(role, name) for role, commands in TRIED.items() for name in commands}
    assert tried | set(LEFT_OUT) == known
    assert not tried & set(LEFT_OUT)
    assert all(LEFT_OUT.values())


@pytest.mark.parametrize("one", [one for one in COMMANDS if (one.role, one.name) not in LEFT_OUT])
def test_what_the_machine_writes_is_read_as_that_command(one: Command) -> None:
    for rest in TRIED[one.role][one.name]:
        for way in range(len(one.everywhere)):
            line = spelled((one.name, rest), way, one.role).format(**STANDS_FOR)
            if one.role is Role.SPECIALIST:
                read = specialist_instructions(line)
            else:
                read = superuser_instructions(line, subject="Re: Hej", joins=True)
            assert [asked.command for asked in read.asked] == [one], line
