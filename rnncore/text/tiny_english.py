"""Tiny English: readable sentences whose verb agrees with a subject up to nine words back."""

from __future__ import annotations

from functools import lru_cache

from rnncore.text.grammar import Grammar
from rnncore.text.tokenizers import EOS

Words = dict[str, float]
Choices = list[tuple[str, float, str]]
Rules = dict[str, Choices]

NUMBERS = ("singular", "plural")

# A kind of word is drawn with the same weights wherever it stands, so that a token tells its kind
# and nothing else; the weights are skewed, as those of real words are.
ADJECTIVES: Words = {"old": 6, "small": 1, "big": 1, "quiet": 1}
NOUNS: dict[str, Words] = {
    "singular": {"dog": 8, "girl": 3, "cat": 2, "boy": 1, "farmer": 1, "bird": 1},
    "plural": {"dogs": 8, "girls": 3, "cats": 2, "boys": 1, "farmers": 1, "birds": 1},
}
PLACES: Words = {
    **{"house": 8, "trees": 4, "river": 2, "hills": 1},
    **{"garden": 1, "walls": 1, "lake": 1, "boats": 1},
}
PREPOSITIONS: Words = {"near": 8, "behind": 1, "beside": 1}
WHERE: Words = {"outside": 2, "upstairs": 1}
WHEN: Words = {"today": 4, "again": 2, "now": 1, "often": 1}
RESTING: dict[str, Words] = {  # verbs without an object
    "singular": {"sleeps": 6, "sings": 2, "waits": 1, "dances": 1, "runs": 1},
    "plural": {"sleep": 6, "sing": 2, "wait": 1, "dance": 1, "run": 1},
}
SEEING: dict[str, Words] = {  # verbs with an object
    "singular": {"sees": 6, "likes": 2, "hears": 1, "follows": 1, "calls": 1},
    "plural": {"see": 6, "like": 2, "hear": 1, "follow": 1, "call": 1},
}
WORD_CLASSES = {
    word: name
    for name, kinds in {
        "noun": tuple(NOUNS.values()),
        "verb": (*RESTING.values(), *SEEING.values()),
        "place": (PLACES,),
        "preposition": (PREPOSITIONS,),
        "adjective": (ADJECTIVES,),
        "adverb": (WHERE, WHEN),
    }.items()
    for words in kinds
    for word in words
}
"""What kind of word one is; a word that is the only one of its kind has none."""
PHRASES = {
    **{"start": "subject", "the": "subject", "subject": "subject"},
    **{"near": "near a place", "verb": "verb to come", "sees": "sees an object"},
    **{"that": "that sees", "sentence": "sentence ends"},
}
"""Phrases by the first word of where we are."""


def _any(words: Words, weight: float, target: str) -> Choices:
    """One of `words`, together `weight` likely, and on to the state `target`."""
    total = sum(words.values())
    return [(word, weight * share / total, target) for word, share in words.items()]


def _noun(weight: float, target: str) -> Choices:
    """A noun of either number, which takes the place of {} in the name of the next state."""
    return [c for n in NUMBERS for c in _any(NOUNS[n], weight / 2, target.format(n))]


def _place(state: str, old: float, target: str) -> Rules:
    """The rules of `state`, where a preposition was said: "the [old] house", then `target`."""
    rules: Rules = {
        state: [("the", 1, f"{state} the")],
        f"{state} the": _any(PLACES, 1 - old, target),
    }
    if old:
        rules[f"{state} the"] += _any(ADJECTIVES, old, f"{state} the old")
        rules[f"{state} the old"] = _any(PLACES, 1, target)
    return rules


def _subject() -> Rules:
    return {
        "start": [("the", 1, "the")],
        "the": [*_noun(0.85, "{} · subject"), *_any(ADJECTIVES, 0.15, "the old")],
        "the old": _noun(1, "{} · subject"),
    }


def _verb(number: str, weight: float) -> Choices:
    resting = _any(RESTING[number], 0.6 * weight, "sentence may end")
    return [*resting, *_any(SEEING[number], 0.4 * weight, f"{number} · sees")]


def _between(number: str) -> Rules:
    """Nothing, or one to eight words, between a subject and its verb."""
    at = f"{number} · "
    verb_to_come = at + "verb to come"
    return {
        at + "subject": [
            *_verb(number, 0.06),
            *_any(WHERE, 0.06, verb_to_come),
            *_any(PREPOSITIONS, 0.44, at + "near"),
            ("that", 0.44, at + "that"),
        ],
        **_place(at + "near", 0.2, at + "near a place"),
        at + "near a place": [*_verb(number, 0.4), *_any(PREPOSITIONS, 0.6, at + "near, near")],
        **_place(at + "near, near", 0.2, verb_to_come),
        verb_to_come: _verb(number, 1),
        at + "that": [("the", 0.8, at + "that the"), *_any(SEEING[number], 0.2, at + "that sees")],
        at + "that sees": [("the", 1, at + "that sees the")],
        at + "that sees the": _noun(1, verb_to_come),
        at + "that the": [
            *_noun(0.8, at + "that the {}"),
            *_any(ADJECTIVES, 0.2, at + "that the old"),
        ],
        at + "that the old": _noun(1, at + "that the {}"),
        **_embedded(at + "that the ", verb_to_come),
    }


def _embedded(at: str, verb_to_come: str) -> Rules:
    """The inner noun of a relative clause, its own place and its own verb."""
    rules: Rules = {}
    for inner in NUMBERS:
        near = f"{at}{inner} near"
        rules[at + inner] = [
            *_any(SEEING[inner], 0.4, verb_to_come),
            *_any(PREPOSITIONS, 0.6, near),
        ]
        rules |= _place(near, 0, f"{near} a place")
        rules[f"{near} a place"] = _any(SEEING[inner], 1, verb_to_come)
    return rules


def _object(number: str) -> Rules:
    """What the verb sees, and at times a second verb that agrees with the same subject."""
    at = f"{number} · sees"
    second = ("and", 0.5, at + " and")
    return {
        at: [("the", 1, at + " the")],
        at + " the": _noun(1, at + " an object"),
        at + " an object": [(EOS, 0.3, "start"), second, *_any(PREPOSITIONS, 0.2, at + " near")],
        **_place(at + " near", 0, at + " near a place"),
        at + " near a place": [(EOS, 0.5, "start"), second],
        at + " and": _any(RESTING[number], 1, "sentence ends"),
    }


@lru_cache
def tiny_english() -> Grammar:
    """A subject, up to eight words, a verb that agrees, perhaps an object and a second verb."""
    rules = _subject()
    for number in NUMBERS:
        rules |= _between(number) | _object(number)
    rules["sentence may end"] = [(EOS, 0.85, "start"), *_any(WHEN, 0.15, "sentence ends")]
    rules["sentence ends"] = [(EOS, 1, "start")]
    return Grammar.from_rules(
        "tiny-english",
        rules,
        f"the old dog that the girls near the river see sleeps again {EOS}",
        f"the old dogs that the girls near the river see sleep again {EOS}",
        _phrase,
    )


def _phrase(place: str) -> str:
    """Where in a sentence a state is, by the word that opened its innermost part."""
    first, *_ = place.replace(",", "").split()
    return PHRASES.get(first, first)
