"""The one schema of a run: behind form, command line, store, URL and search space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from rnncore.cells import CELLS
from rnncore.errors import ConfigError

GIB = 2**30
MEMORY_LIMIT = 4 * GIB
"""Bytes one training process may plan for; more is refused with a sentence."""
MOST = 1_000_000_000
"""Upper bound of a count that has no other."""
LONGEST_SHOWN = 60
"""Characters of a wrong value, or of its name, that a sentence quotes."""
READ_AT_ONCE = 512
"""Tokens of held-out text that are read in one call."""
READ_LOGITS = 2**21
"""Logits of theirs that are in memory at once, at most."""


def _setting(
    default: Any,
    description: str,
    *,
    scale: Literal["linear", "log"] = "linear",
    live: bool = False,
    **bounds: Any,
) -> Any:
    """A field whose JSON schema also tells a form how to show it and when a change acts."""
    extra: dict[str, Any] = {"scale": scale, "live": live}
    return Field(default, description=description, json_schema_extra=extra, **bounds)


def _registered(name: Any, shipped: ValidatorFunctionWrapHandler) -> Any:
    """A cell that a program has registered is as good as one that the schema lists."""
    return name if isinstance(name, str) and name in CELLS else shipped(name)


class Config(BaseModel):
    """Every setting of a run. Frozen: a changed setting is a new config (`with_changes`).

    A field marked `live` acts at the next update of a running run, every other one on reset.
    Zero means "off" for `max_tokens`, `max_grad_norm` and `pace`, and for `temperature` that the
    likeliest token always wins; `pace` slows down runs that are watched in the app and nothing
    else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    corpus: str = _setting("tiny-english", "built-in corpus, own text, or path of a file")
    lag: int = _setting(8, "fillers between the two equal letters of the lag language", ge=1, le=64)
    grammar_tokens: int = _setting(
        200_000, "tokens drawn from a grammar", scale="log", ge=100, le=5_000_000
    )
    tokenizer: Literal["auto", "words", "characters"] = _setting("auto", "what one token is")
    min_count: int = _setting(1, "rarer tokens become <unk>", ge=1, le=1_000_000)
    max_tokens: int = _setting(0, "read only the first tokens; 0 reads all", ge=0, le=MOST)
    valid_fraction: float = _setting(0.05, "share of the text held out to watch", ge=0, le=0.5)
    test_fraction: float = _setting(0.05, "share of the text held out to the end", ge=0, le=0.5)

    cell: Annotated[Literal["rnn", "lstm", "gru"], WrapValidator(_registered)] = _setting(
        "rnn", "recurrent cell"
    )
    layers: int = _setting(1, "recurrent layers, one above the other", ge=1, le=8)
    embedding_size: int = _setting(100, "embedding size D", scale="log", ge=1, le=10_000_000)
    hidden_size: int = _setting(100, "hidden size H", scale="log", ge=1, le=10_000_000)
    tied: bool = _setting(False, "share one matrix between embedding and affine layer")
    dropout: float = _setting(0.0, "share of values dropped between layers", ge=0, le=0.95)
    initializer: Literal["xavier", "orthogonal", "spectral", "book"] = _setting(
        "xavier", "initial values; spectral gives Wh the spectral radius 1"
    )
    recurrent_scale: float = _setting(1.0, "factor on the initial Wh", scale="log", ge=0, le=100)

    batch_size: int = _setting(20, "streams N", scale="log", ge=1, le=100_000)
    time_size: int = _setting(20, "window length T of truncated BPTT", scale="log", ge=1, le=10_000)
    window_scheme: Literal["aligned", "book"] = _setting("aligned", "how streams walk the text")
    stateful: bool = _setting(True, "carry the hidden state from window to window")

    optimizer: Literal["sgd", "momentum", "adagrad", "adam"] = _setting(
        "adam", "rule of the update"
    )
    learning_rate: float = _setting(
        3e-4, "step size of the update", scale="log", live=True, gt=0, le=1e30
    )
    max_grad_norm: float = _setting(
        1.0, "clip the global gradient norm; 0 is off", scale="log", live=True, ge=0, le=1e30
    )
    schedule: Literal["constant", "quarter", "cosine"] = _setting(
        "constant", "course of the learning rate; quarter acts when held-out text gets worse"
    )
    warmup: int = _setting(
        0, "updates in which the learning rate rises to its value", ge=0, le=MOST
    )
    epochs: int = _setting(40, "passes over the training text", scale="log", ge=1, le=1_000_000)
    seed: int = _setting(0, "seed of initial values and dropout", ge=0, le=2**32 - 1)
    engine: Literal["fused", "reference"] = _setting(
        "fused", "fast layers, or the readable reference in the book's order of operations"
    )
    dtype: Literal["float32", "float64"] = _setting("float32", "precision of the arithmetic")
    threads: int = _setting(1, "BLAS threads; more than one only on an idle machine", ge=1, le=64)
    temperature: float = _setting(
        1.0, "temperature of generated text; 0 is greedy", scale="log", live=True, ge=0, le=100
    )
    pace: int = _setting(
        0, "most updates a second a watched run makes; 0 is full speed", live=True, ge=0, le=100_000
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_value(cls, value: Any, info: ValidationInfo) -> Any:
        """pydantic takes True for 1."""
        if isinstance(value, bool) and is_number(str(info.field_name)):
            raise PydanticCustomError("number_expected", "a number was expected")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Config:
        if self.tied and self.embedding_size != self.hidden_size:
            raise PydanticCustomError(
                "tied_sizes",
                "tied weights need embedding_size = hidden_size, but {embedding} and {hidden} "
                "came; make them equal or untie",
                {"embedding": self.embedding_size, "hidden": self.hidden_size},
            )
        if self.schedule == "quarter" and not self.valid_fraction:
            raise PydanticCustomError(
                "quarter_blind",
                "schedule = quarter watches held-out text, but valid_fraction is 0; raise it",
            )
        if self.valid_fraction + self.test_fraction >= 1:
            raise PydanticCustomError(
                "fractions",
                "valid_fraction = {valid} and test_fraction = {test} leave nothing to train on; "
                "lower one of them",
                {"valid": f"{self.valid_fraction:g}", "test": f"{self.test_fraction:g}"},
            )
        return self

    @classmethod
    def parse(cls, settings: Mapping[str, Any]) -> Config:
        """Build a config from names and values (strings are converted).

        Raises ConfigError naming every setting that is wrong, all at once.
        """
        try:
            return cls.model_validate(dict(settings))
        except ValidationError as failure:
            problems = [_problem(error) for error in failure.errors()]
            sentence = "; ".join(problem["message"] for problem in problems) + "."
            raise ConfigError("settings", sentence, problems=problems) from None

    def with_changes(self, **changes: Any) -> Config:
        """A new, validated config that differs in `changes`."""
        return self.parse({**self.model_dump(), **changes})

    def differences(self) -> dict[str, Any]:
        """Only the settings that differ from the defaults: what a link has to carry."""
        return self.model_dump(exclude_defaults=True)


def live_settings() -> tuple[str, ...]:
    """Names of the settings that act on a running run."""
    return tuple(name for name, field in Config.model_fields.items() if _extra(field)["live"])


def choices(name: str) -> tuple[str, ...]:
    """What a setting can be chosen from, empty where any value within bounds will do."""
    return tuple(CELLS) if name == "cell" else get_args(Config.model_fields[name].annotation)


def is_number(name: str) -> bool:
    """Whether a setting is a number."""
    return Config.model_fields[name].annotation in (int, float)


def parameter_count(config: Config, vocabulary_size: int) -> int:
    """Number of weights: V*D, for each layer (inputs + H + 1) * gates * H, and (H+1)*V."""
    V, D, H = vocabulary_size, config.embedding_size, config.hidden_size
    G = len(CELLS[config.cell].gates)
    first, above = (D + H + 1) * G * H, (2 * H + 1) * G * H
    embedding = 0 if config.tied else V * D
    return embedding + first + (config.layers - 1) * above + (H + 1) * V


def memory_bytes(config: Config, vocabulary_size: int) -> int:
    """Bytes that training needs at its peak, roughly and rather too many than too few.

    Weights, gradients, optimizer state and its scratch; buffers for every tick of a window; and
    those of a twin, which reads such a window or held-out text.
    """
    V, D, H = vocabulary_size, config.embedding_size, config.hidden_size
    G = len(CELLS[config.cell].gates)
    ticks = config.time_size * config.batch_size
    copies = {"sgd": 3, "momentum": 4, "adagrad": 4, "adam": 5}[config.optimizer]
    beside_logits = 2 * D + (3 + config.layers * (4 + 5 * G)) * H
    window = ticks * (beside_logits + V)
    held_out = READ_AT_ONCE * beside_logits + min(READ_AT_ONCE * V, READ_LOGITS)
    # The buffers of one shape are still there while those of the next are made.
    floats = copies * parameter_count(config, V) + window + max(window, 2 * held_out)
    return floats * (4 if config.dtype == "float32" else 8)


def check_memory(config: Config, vocabulary_size: int) -> None:
    """Raise ConfigError, naming the amount, if training would need more than MEMORY_LIMIT."""
    needed = memory_bytes(config, vocabulary_size)
    if needed > MEMORY_LIMIT:
        raise ConfigError(
            "memory",
            f"These settings need about {needed / GIB:,.1f} GiB of memory, more than the "
            f"{MEMORY_LIMIT / GIB:.0f} GiB a run may use; lower the hidden size, the embedding "
            f"size, T, N or the vocabulary (a higher minimum count).",
            needed=f"{needed / GIB:,.1f}",
            limit=f"{MEMORY_LIMIT / GIB:.0f}",
        )


def _extra(field: Any) -> dict[str, Any]:
    return dict(field.json_schema_extra)


def _problem(error: ErrorDetails) -> dict[str, Any]:
    """One wrong setting as {code, message, values}: a sentence of its own, like an RnnError."""
    name, kind = _short(".".join(str(part) for part in error["loc"])), error["type"]
    limits = error.get("ctx", {})
    values: dict[str, Any] = {"name": name, "value": _quoted(error["input"])}
    if not name:  # settings that do not fit together carry their own code and values
        return {"code": kind, "message": error["msg"], "values": limits}
    if kind == "extra_forbidden":
        values["known"] = ", ".join(sorted(Config.model_fields))
        code, message = "setting_unknown", "there is no setting {name}; the settings are {known}"
    elif kind in ("greater_than", "greater_than_equal"):
        values["limit"] = _limit(limits.get("gt", limits.get("ge")))
        code, message = "setting_low", "{name} = {value} is too small; give at least {limit}"
        if kind == "greater_than":
            code, message = "setting_above", "{name} = {value} is too small; give more than {limit}"
    elif kind in ("less_than", "less_than_equal"):
        values["limit"] = _limit(limits.get("lt", limits.get("le")))
        code, message = "setting_high", "{name} = {value} is too large; give at most {limit}"
    elif kind == "literal_error":
        values["choices"] = limits["expected"]
        code, message = "setting_choice", "{name} = {value} is no choice; give {choices}"
    else:
        values["problem"] = error["msg"].lower()
        code, message = "setting_kind", "{name} = {value} is of the wrong kind: {problem}"
    return {"code": code, "message": message.format(**values), "values": values}


def _limit(bound: Any) -> str:
    """A bound in full if it is whole: 1000000000, not 1e+09."""
    return str(bound) if isinstance(bound, int) else f"{bound:g}"


def _quoted(value: object) -> str:
    try:
        return _short(repr(value))
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "a number of more than 4,300 digits"


def _short(text: str) -> str:
    half = LONGEST_SHOWN // 2
    return text if len(text) <= LONGEST_SHOWN else f"{text[:half]}…{text[-half:]}"
