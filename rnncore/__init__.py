"""An engine in NumPy that trains RNN language models and looks inside them. This is its door."""

from rnncore.config import Config, live_settings
from rnncore.errors import (
    CheckpointError,
    ClusterError,
    ConfigError,
    RnnError,
    ShapeError,
    StoreError,
    TextError,
)
from rnncore.generation import generate
from rnncore.metrics import bits, held_out_loss, perplexity
from rnncore.model import Rnnlm
from rnncore.presets import PRESETS, STORIES, preset_config
from rnncore.probes.gradient_flow import GradientFlow, gradient_flow
from rnncore.probes.snapshot import Prober
from rnncore.reference_model import ReferenceRnnlm
from rnncore.text.corpus import Corpus, corpus_names, load_corpus
from rnncore.text.tokenizers import CHARACTERS, JAMO, WORDS
from rnncore.text.vocabulary import Vocabulary
from rnncore.text.windows import Windows
from rnncore.training.trainer import Diverged, Trainer
from rnncore.views import RunView, SnapshotView

__version__ = "0.1.0"

__all__ = [
    "CHARACTERS",
    "JAMO",
    "PRESETS",
    "STORIES",
    "WORDS",
    "CheckpointError",
    "ClusterError",
    "Config",
    "ConfigError",
    "Corpus",
    "Diverged",
    "GradientFlow",
    "Prober",
    "ReferenceRnnlm",
    "RnnError",
    "Rnnlm",
    "RunView",
    "ShapeError",
    "SnapshotView",
    "StoreError",
    "TextError",
    "Trainer",
    "Vocabulary",
    "Windows",
    "bits",
    "corpus_names",
    "generate",
    "gradient_flow",
    "held_out_loss",
    "live_settings",
    "load_corpus",
    "perplexity",
    "preset_config",
]
