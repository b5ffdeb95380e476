"""A language model that RNN Explorer has trained, in one file that needs nothing but NumPy.

@SUMMARY@

    python generate.py --prompt TEXT --length 100 --temperature 1 --seed 0
"""

import argparse
import base64
import io
import json
import re
import sys
import unicodedata

import numpy as np

Array = np.ndarray
LAYERS = int("@LAYERS@")
STATES = int("@STATES@")  # arrays (1, H) that a layer carries from tick to tick
TOKENIZER = "@TOKENIZER@"  # "words" (a newline is the word <eos>), "characters" or "jamo"


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


tick = "@TICK@"


class Model:
    """Reads one token after the other and says what may come next."""

    def __init__(self, weights):
        self.weights = weights
        shape = (1, len(weights["cell.0.Wh"]))
        zero = np.zeros(shape, weights["affine.W"].dtype)
        self.states = [(zero,) * STATES for _ in range(LAYERS)]

    def read(self, token):
        """Advance by one token id; returns the logits of the next one, (1, V)."""
        weights = self.weights
        tied = "embedding.W" not in weights
        x = weights["affine.W"].T[[token]] if tied else weights["embedding.W"][[token]]
        for i in range(LAYERS):
            layer = [weights[f"cell.{i}.{name}"] for name in ("Wx", "Wh", "b")]
            self.states[i] = tick(x, self.states[i], *layer)
            x = self.states[i][0]
        return x @ weights["affine.W"] + weights["affine.b"]


def softmax(logits):
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def generate(model, prompt, length, temperature, rng):
    """Draw `length` token ids that follow the ids of `prompt`."""
    for token in prompt[:-1]:
        model.read(token)
    token, drawn = prompt[-1], []
    for _ in range(length):
        token = choose(model.read(token), temperature, rng)
        drawn.append(token)
    return drawn


def choose(logits, temperature, rng):
    """A token id drawn from softmax(logits / temperature); at 0 the likeliest."""
    if temperature == 0:
        return int(logits.argmax())
    below = (logits - logits.max()) / max(temperature, 1e-30)
    cumulative = np.cumsum(softmax(below)[0], dtype=np.float64)
    return int((cumulative <= rng.random() * cumulative[-1]).sum())


def bounded(kind, lowest, highest):
    """A number for argparse."""

    def number(text):
        value = kind(text)
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"give {lowest} to {highest}, not {text[:40]}")
        return value

    return number


def normalised(text):
    """The form of Unicode that the training text had."""
    text = re.sub(LINE_ENDS, "\n", text).replace("\x1f", "\t")
    return unicodedata.normalize("NFC", re.sub(REMOVED, "", text))


def known(tokens, ids):
    """Tokens that are known only in decomposed form take it."""
    forms = ("NFD", "NFKD") if TOKENIZER == "jamo" else ("NFD",)
    found = []
    for token in tokens:
        decomposed = [split(unicodedata.normalize(form, token)) for form in forms]
        fitting = [parts for parts in decomposed if all(part in ids for part in parts)]
        found += fitting[0] if token not in ids and fitting else [token]
    return found


def split(text):
    if TOKENIZER == "words":
        return text.replace("\n", " <eos> ").split()
    if TOKENIZER == "jamo":
        text = re.sub("[가-힣]+", lambda found: unicodedata.normalize("NFD", found[0]), text)
    return list(text)


def shown(tokens):
    """The text of tokens as people read it."""
    if TOKENIZER == "characters":
        return "".join(tokens)
    if TOKENIZER == "jamo":
        return re.sub(WRITTEN, syllable_or_letter, "".join(tokens))
    lines = [[]]
    for token in tokens:
        if token == "<eos>":
            lines.append([])
        else:
            lines[-1].append(token)
    return "\n".join(" ".join(line) for line in lines)


def syllable_or_letter(found):
    """Jamo as a syllable, or as the letter that stands alone."""
    if len(found[0]) > 1:
        return unicodedata.normalize("NFC", found[0])
    name = unicodedata.name(found[0], "").split(" ", 2)[-1]
    try:
        return unicodedata.lookup(f"HANGUL LETTER {name}")
    except KeyError:
        return found[0]


def main():
    parser = argparse.ArgumentParser(description="Write text with a trained language model.")
    parser.add_argument("--prompt", required=True)
    parser.add_argument(
        "--length", type=bounded(int, 0, 10_000_000), default=100, help="tokens to write"
    )
    parser.add_argument(
        "--temperature", type=bounded(float, 0, 100), default=1.0, help="0 is greedy"
    )
    parser.add_argument("--seed", type=bounded(int, 0, 2**32 - 1), default=0)
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")  # a terminal may lack characters of the text

    with np.load(io.BytesIO(base64.b64decode(WEIGHTS))) as stored:
        model = Model(dict(stored))
    vocabulary = json.loads(VOCABULARY)
    ids = {token: i for i, token in enumerate(vocabulary)}
    words = known(split(normalised(options.prompt)), ids)
    unknown = [word for word in words if word not in ids]
    if not words or (unknown and "<unk>" not in ids):
        parser.error(f"the prompt holds {unknown or 'no token'}; use tokens of the vocabulary")
    prompt = [ids[word] if word in ids else ids["<unk>"] for word in words]

    rng = np.random.default_rng(options.seed)
    drawn = generate(model, prompt, options.length, options.temperature, rng)
    sys.stdout.write(shown(words + [vocabulary[token] for token in drawn]) + "\n")


LINE_ENDS = "@LINE_ENDS@"
REMOVED = "@REMOVED@"
WRITTEN = "@WRITTEN@"
"""Patterns of what becomes a newline in a prompt, of what is left out, and of written jamo."""

VOCABULARY = "@VOCABULARY@"

WEIGHTS = "@WEIGHTS@"  # arrays in NumPy's .npz format, as base64


if __name__ == "__main__":
    main()
