"""The one tree of what can go wrong: each names the thing, says what to do, keeps its values, and knows if a retry helps."""

from __future__ import annotations

from typing import ClassVar


class VitalreelError(Exception):
    """Anything Vitalreel refuses or fails at, told to a person in one sentence.

    Only the outer doors (cli, web, worker) turn these into exit codes and HTTP statuses.
    """

    retry: ClassVar[bool] = False
    """Whether the same call may succeed later with nothing changed."""

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders whole: their constructors take more than the message."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[VitalreelError], args: tuple[object, ...], values: dict[str, object]) -> VitalreelError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(values)
    return error


class BadConfiguration(VitalreelError):
    """A file the user wrote cannot be used as it stands."""

    def __init__(self, where: str, what: str, hint: str = "") -> None:
        super().__init__(f"{where}: {what}" + (f"; {hint}" if hint else ""))
        self.where, self.what, self.hint = where, what, hint


class BadInput(VitalreelError):
    """A value given on the command line, in a request or in a data file makes no sense."""

    def __init__(self, where: str, what: str, hint: str = "") -> None:
        super().__init__(f"{where}: {what}" + (f"; {hint}" if hint else ""))
        self.where, self.what, self.hint = where, what, hint


class NotFound(VitalreelError):
    """A named thing is not there."""

    def __init__(self, kind: str, name: str, hint: str = "") -> None:
        super().__init__(f"no {kind} {name!r}" + (f"; {hint}" if hint else ""))
        self.kind, self.name, self.hint = kind, name, hint


class Unavailable(VitalreelError):
    """Something outside (mail server, database, voice model) is not answering."""

    retry = True

    def __init__(self, what: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{what} is not available: {reason}" + (f"; {hint}" if hint else ""))
        self.what, self.reason, self.hint = what, reason, hint


class Refused(VitalreelError):
    """Vitalreel could do it and will not: an untraced number, a failed check, a missing consent."""

    def __init__(self, what: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{what} refused: {reason}" + (f"; {hint}" if hint else ""))
        self.what, self.reason, self.hint = what, reason, hint
