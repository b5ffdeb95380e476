"""A language model that RNN Explorer has trained, in one file that needs nothing but NumPy.

@SUMMARY@

    python generate.py --prompt TEXT --length 100 --temperature 1 --seed 0
"""

import argparse
import base64
import io
import json
import sys

import numpy as np

CELL = "@CELL@"
LAYERS = int("@LAYERS@")
TOKENIZER = "@TOKENIZER@"  # "words" (a newline is the word <eos>) or "characters"


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


def rnn(x, state, Wx, Wh, b):
    (h,) = state
    return (np.tanh(x @ Wx + h @ Wh + b),)


def lstm(x, state, Wx, Wh, b):
    h, c = state
    g, f, i, o = np.split(x @ Wx + h @ Wh + b, 4, axis=1)
    c = sigmoid(f) * c + np.tanh(g) * sigmoid(i)
    return sigmoid(o) * np.tanh(c), c


def gru(x, state, Wx, Wh, b):
    (h,) = state
    xr, xz, xn = np.split(x @ Wx + b, 3, axis=1)
    hr, hz, hn = np.split(h @ Wh, 3, axis=1)
    z = sigmoid(xz + hz)
    n = np.tanh(xn + sigmoid(xr + hr) * hn)
    return ((1 - z) * n + z * h,)


STEPS = {"rnn": (rnn, 1), "lstm": (lstm, 2), "gru": (gru, 1)}
"""One tick of each cell, and how many arrays its state is; x (1, D), h and c (1, H)."""


class Model:
    """Reads one token after the other and says what may come next."""

    def __init__(self, weights):
        self.weights = weights
        step, states = STEPS[CELL]
        shape = (1, len(weights["cell.0.Wh"]))
        zero = np.zeros(shape, weights["affine.W"].dtype)
        self.step = step
        self.states = [(zero,) * states for _ in range(LAYERS)]

    def read(self, token):
        """Advance by one token id; returns the logits of the next one, (1, V)."""
        weights = self.weights
        tied = "embedding.W" not in weights
        x = weights["affine.W"].T[[token]] if tied else weights["embedding.W"][[token]]
        for i in range(LAYERS):
            layer = [weights[f"cell.{i}.{name}"] for name in ("Wx", "Wh", "b")]
            self.states[i] = self.step(x, self.states[i], *layer)
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
        cumulative = np.cumsum(softmax(model.read(token) / temperature)[0], dtype=np.float64)
        token = int((cumulative <= rng.random() * cumulative[-1]).sum())
        drawn.append(token)
    return drawn


def split(text):
    return list(text) if TOKENIZER == "characters" else text.replace("\n", " <eos> ").split()


def join(tokens):
    if TOKENIZER == "characters":
        return "".join(tokens)
    lines = [[]]
    for token in tokens:
        if token == "<eos>":
            lines.append([])
        else:
            lines[-1].append(token)
    return "\n".join(" ".join(line) for line in lines)


def main():
    parser = argparse.ArgumentParser(description="Write text with a trained language model.")
    parser.add_argument("--prompt", required=True)
    parser.add_argument("--length", type=int, default=100, help="tokens to write")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")  # a terminal may lack characters of the text
    if not options.temperature > 0:
        parser.error(f"the temperature must be above 0, but {options.temperature} came")

    with np.load(io.BytesIO(base64.b64decode(WEIGHTS))) as stored:
        model = Model(dict(stored))
    vocabulary = json.loads(VOCABULARY)
    ids = {token: i for i, token in enumerate(vocabulary)}
    words = split(options.prompt)
    unknown = [word for word in words if word not in ids]
    if not words or (unknown and "<unk>" not in ids):
        parser.error(f"the prompt holds {unknown or 'no token'}; use tokens of the vocabulary")
    prompt = [ids[word] if word in ids else ids["<unk>"] for word in words]

    rng = np.random.default_rng(options.seed)
    drawn = generate(model, prompt, options.length, options.temperature, rng)
    sys.stdout.write(join(words + [vocabulary[token] for token in drawn]) + "\n")


VOCABULARY = "@VOCABULARY@"

WEIGHTS = "@WEIGHTS@"  # arrays in NumPy's .npz format, as base64


if __name__ == "__main__":
    main()
