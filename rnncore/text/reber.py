"""The Reber grammar (Reber, 1967) and the embedded one, which asks for a memory over its inside."""

from __future__ import annotations

from functools import lru_cache

from rnncore.text.grammar import Grammar

Rules = dict[str, list[tuple[str, float, str]]]

# Reber's graph without its B: node -> the two edges that leave it, equally likely.
GRAPH = {
    "1": (("T", "2"), ("P", "3")),
    "2": (("S", "2"), ("X", "4")),
    "3": (("T", "3"), ("V", "5")),
    "4": (("X", "3"), ("S", "6")),
    "5": (("P", "4"), ("V", "6")),
}


def _graph(prefix: str, after: str) -> Rules:
    """The nodes 1 ... 6 with their names prefixed; E leads from node 6 to the state `after`."""
    rules = {
        prefix + node: [(token, 0.5, prefix + target) for token, target in choices]
        for node, choices in GRAPH.items()
    }
    return rules | {prefix + "6": [("E", 1.0, after)]}


@lru_cache
def reber() -> Grammar:
    """Strings B ... E of eight symbols on average; two symbols tell the state."""
    rules: Rules = {"start": [("B", 1.0, "node 1")]}
    return Grammar.from_rules(
        "reber", rules | _graph("node ", "start"), "B T S S X X T V V E", "B T S S X X V P S E"
    )


@lru_cache
def embedded_reber() -> Grammar:
    """B, then T or P, a whole Reber string, the same T or P again, E."""
    rules: Rules = {"start": [("B", 1.0, "opened")]}
    rules["opened"] = [(letter, 0.5, f"{letter} · inside") for letter in "TP"]
    for letter in "TP":
        rules[f"{letter} · inside"] = [("B", 1.0, f"{letter} · node 1")]
        rules |= _graph(f"{letter} · node ", f"{letter} · owed")
        rules[f"{letter} · owed"] = [(letter, 1.0, "closing")]
    rules["closing"] = [("E", 1.0, "start")]
    return Grammar.from_rules(
        "embedded-reber",
        rules,
        "B P B T S X X T V V E P E",
        "B T B T S X X T V V E T E",
        forgets="letter",
    )
