"""A setting of the schema: its default and bounds, how a form shows it, when a change acts."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

Group = Literal["text", "network", "training"]
When = Literal["always", "grammar", "text", "lag", "forget"]
"""Where a setting means something: everywhere, with corpora that are drawn from a grammar, with
those that are texts, with the lag language alone, or in cells that have a forget gate."""
Affects = Literal["text", "network", "updates"]
"""What a setting changes first: the tokens that are read, the network before its first update, or
nothing before it."""


def setting(
    default: Any,
    description: str,
    group: Group,
    *,
    usual: tuple[float, ...] = (),
    when: When = "always",
    affects: Affects = "network",
    scale: Literal["linear", "log"] = "linear",
    live: bool = False,
    branch: bool = False,
    **bounds: Any,
) -> Any:
    """A field whose JSON schema also tells a form how to show it and when a change acts.

    usual   values to step through; any other within the bounds may be given
    live    whether it acts at the next update of a running run, and not on reset
    branch  whether a run may go on with another value from weights it has: all live ones can, and
            others that change neither the shapes of the weights nor what is read next
    """
    extra: dict[str, Any] = {
        "group": group,
        "usual": list(usual),
        "when": when,
        "affects": affects,
        "scale": scale,
        "live": live,
        "branch": branch or live,
    }
    return Field(default, description=description, json_schema_extra=extra, **bounds)


def about(field: FieldInfo) -> dict[str, Any]:
    """What `setting` was told besides default, description and bounds."""
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    return extra
