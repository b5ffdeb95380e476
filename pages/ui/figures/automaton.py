"""A grammar's automaton in DOT, the language of Graphviz: states, and tokens with probabilities."""

from __future__ import annotations

from pages.ui.figures.grammar_states import state_name
from pages.ui.figures.letters import room
from pages.ui.figures.palette import LIGHT, Palette, thinned
from pages.ui.figures.style import FONT
from pages.ui.figures.tokens import isolated
from pages.ui.visit.i18n import Texts
from rnncore.text.automaton import OTHERS, Arrow, Node, StateGraph

TINT = 0.16
"""How much of its colour a state's ground has."""
LISTED = 3
"""Tokens that stand at an arrow each with its probability; of more the likeliest is named."""
LONGEST_LINE = 16
"""Letters of a name that stand in one line."""
FAMILY = FONT.replace('"', "")
NARROW_ROOM, WIDE_ROOM = 0.08, 0.15
"""Inches that a letter takes: Graphviz knows the width of none that we use."""


def dot(drawn: StateGraph, palette: Palette, t: Texts, *, downwards: bool = False) -> str:
    """The graph, from left to right or `downwards`: of a graph with many steps the letters stay
    larger then. Strings begin at the state with the double border, and end at the one that stands
    for it beyond all others, so that all arrows lead on."""
    colours, way = colours_of(drawn, palette), "TB" if downwards else "LR"
    lines = [
        "digraph {",
        f'graph [rankdir={way} bgcolor=transparent nodesep=0.16 ranksep=0.28 margin="0.02"]',
        f'node [shape=box style="rounded,filled" fontname={quoted(FAMILY)} fontsize=12 '
        f'margin="0.06,0.03" height=0.34 penwidth=1.2 fontcolor="{palette.text}"]',
        f"edge [fontname={quoted(FAMILY)} fontsize=11 arrowsize=0.6 "
        f'color="{palette.path}" fontcolor="{palette.text}"]',
    ]
    for number, node in enumerate(drawn.nodes):
        label = [*filter(None, [state_name(node.memory, t)]), *_lines(_named(node, t))]
        look = _box(label, colours.get(node.memory, palette.faint), palette)
        double = " peripheries=2" if number == drawn.start else ""
        lines.append(f"n{number} [{look}{double}]")
    again = [t("corpus.source.again", start=_named(drawn.nodes[drawn.start], t))]
    lines.append(f'again [{_box(again, palette.faint, palette)} style="rounded,filled,dashed"]')
    for arrow in drawn.arrows:
        target = "again" if arrow.target == drawn.start else f"n{arrow.target}"
        lines.append(f"n{arrow.source} -> {target} [label={label_of(_said(arrow, t))}]")
    return "\n".join((*lines, "}"))


def colours_of(drawn: StateGraph, palette: Palette) -> dict[str, str]:
    """By what has to be remembered, a colour; none where that is more than there are colours."""
    last = by_last(drawn)
    if last is None:
        return {}
    kinds = {memory: memory[-1] if last else memory for memory in _memories(drawn)}
    colour = dict(zip(dict.fromkeys(kinds.values()), palette.states, strict=False))
    return {memory: colour[kind] for memory, kind in kinds.items()}


def by_last(drawn: StateGraph) -> bool | None:
    """Whether what has to be remembered is coloured by its last letter, such as the top of a stack,
    because the whole is more than there are colours; None where nothing is coloured."""
    memories = _memories(drawn)
    if not memories or len({memory[-1] for memory in memories}) > len(LIGHT.states):
        return None
    return len(memories) > len(LIGHT.states)


def _memories(drawn: StateGraph) -> list[str]:
    return list(dict.fromkeys(node.memory for node in drawn.nodes if node.memory))


def label_of(lines: list[str]) -> str:
    """Lines as a label that shows exactly them."""
    return quoted("\\n".join(line.replace("\\", "\\\\") for line in lines), escaped=True)


def quoted(text: str, *, escaped: bool = False) -> str:
    """A string of DOT. Graphviz reads backslashes and the entities of HTML in it."""
    shown = text if escaped else text.replace("\\", "\\\\")
    return '"' + shown.replace("&", "&amp;").replace('"', '\\"') + '"'


def _box(label: list[str], colour: str, palette: Palette) -> str:
    wide, ground = max(map(_width, label)), thinned(colour, TINT, palette)
    return f'label={label_of(label)} width={wide:.2f} color="{colour}" fillcolor="{ground}"'


def _named(node: Node, t: Texts) -> str:
    name = state_name(node.name, t)
    if node.name == OTHERS:
        return t("corpus.source.states", n=node.states)
    return name


def _lines(name: str) -> list[str]:
    """A long name in lines, broken between its words."""
    lines = [""]
    for word in name.split(" "):
        line = f"{lines[-1]} {word}".strip()
        if len(line) > LONGEST_LINE and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = line
    return lines


def _said(arrow: Arrow, t: Texts) -> list[str]:
    """The tokens of an arrow, each with its probability, or how many there are and theirs."""
    shown = [(isolated(token), f"{p:.2g}") for token, p in arrow.tokens]
    if len(shown) <= LISTED:
        return [f"{token}  {p}" for token, p in shown]
    some = t("corpus.source.tokens", first=shown[0][0], n=len(shown) - 1)
    return [some, f"{arrow.probability:.2g}"]


def _width(line: str) -> float:
    """Inches that a line takes."""
    return 0.14 + room(line, NARROW_ROOM, WIDE_ROOM)
