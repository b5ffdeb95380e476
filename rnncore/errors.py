"""The one family of errors a person may meet: a sentence with a cure, and a code for it."""

from __future__ import annotations


class RnnError(ValueError):
    """Something that came from outside cannot be used.

    `str(error)` is one English sentence: what came, what was expected, what to do.
    `code` and `values` let an interface say the same sentence in another language.
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, str(self), self.values)


def _rebuild(kind: type[RnnError], code: str, message: str, values: dict[str, object]) -> RnnError:
    return kind(code, message, **values)


class ShapeError(RnnError):
    """Two arrays disagree, or one is not of the documented shape."""


class ConfigError(RnnError):
    """A setting is out of range, unknown, or does not fit the others."""


class TextError(RnnError):
    """A text cannot be read, or is not enough to train on."""


class CheckpointError(RnnError):
    """A checkpoint cannot be written, read or trusted."""


class StoreError(RnnError):
    """The run store cannot be opened, read or written."""


class ClusterError(RnnError):
    """Workers on other machines cannot be reached or used now; what waits for them goes on
    waiting."""
