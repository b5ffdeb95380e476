"""The grammars to draw corpora from, and what one can ask them."""

from rnncore.text.automaton import Edge, Grammar, Walk
from rnncore.text.lag import lag_language
from rnncore.text.reber import embedded_reber, reber
from rnncore.text.tiny_english import tiny_english

__all__ = ["Edge", "Grammar", "Walk", "embedded_reber", "lag_language", "reber", "tiny_english"]
