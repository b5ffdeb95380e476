"""The one schema of a run: behind form, command line, store, URL and search space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from rnncore.cells import CELLS
from rnncore.config_problems import problem
from rnncore.errors import ConfigError
from rnncore.setting import Group, about, setting

MOST = 1_000_000_000
"""Upper bound of a count that has no other."""


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

    # fmt: off
    corpus: str = setting(
        "tiny-english", "built-in corpus, own text, or path of a file", "text", affects="text",
    )
    tokenizer: Literal["auto", "words", "characters", "jamo"] = setting(
        "auto", "what one token is", "text", affects="text",
    )
    min_count: int = setting(
        1, "rarer tokens become <unk>", "text", when="text", affects="text", usual=(1, 2, 3, 5, 10),
        ge=1, le=1_000_000,
    )
    max_tokens: int = setting(
        0, "read only the first tokens; 0 reads all", "text", when="text", affects="text",
        usual=(0, 1_000, 10_000, 100_000, 1_000_000), ge=0, le=MOST,
    )
    lag: int = setting(
        8, "fillers between the two equal letters of the lag language", "text", when="lag",
        affects="text", usual=(1, 2, 4, 8, 16, 32, 64), ge=1, le=64,
    )
    grammar_tokens: int = setting(
        200_000, "tokens drawn from a grammar", "text", when="grammar", affects="text",
        usual=(6_000, 20_000, 60_000, 120_000, 200_000, 500_000), scale="log", ge=100, le=5_000_000,
    )
    valid_fraction: float = setting(
        0.05, "share of the text held out to watch", "text", affects="text",
        usual=(0.0, 0.05, 0.1, 0.2), ge=0, le=0.5,
    )
    test_fraction: float = setting(
        0.05, "share of the text held out to the end", "text", affects="text",
        usual=(0.0, 0.05, 0.1, 0.2), ge=0, le=0.5,
    )

    cell: Annotated[Literal["rnn", "lstm", "gru"], WrapValidator(_registered)] = setting(
        "rnn", "recurrent cell", "network",
    )
    layers: int = setting(
        1, "recurrent layers, one above the other", "network", usual=(1, 2, 3, 4), ge=1, le=8,
    )
    embedding_size: int = setting(
        100, "embedding size D", "network", usual=(4, 8, 16, 32, 64, 128), scale="log", ge=1,
        le=10_000_000,
    )
    hidden_size: int = setting(
        100, "hidden size H", "network", usual=(4, 8, 16, 32, 64, 128, 256), scale="log", ge=1,
        le=10_000_000,
    )
    tied: bool = setting(False, "share one matrix between embedding and affine layer", "network")
    dropout: float = setting(
        0.0, "share of values dropped between layers", "network",
        usual=(0.0, 0.1, 0.2, 0.35, 0.5, 0.65), branch=True, ge=0, le=0.95,
    )
    initializer: Literal["xavier", "orthogonal", "spectral", "book"] = setting(
        "xavier", "initial values; spectral gives Wh the spectral radius 1", "network",
    )
    recurrent_scale: float = setting(
        1.0, "factor on the initial Wh", "network", usual=(0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0),
        scale="log", ge=0, le=100,
    )
    forget_bias: float = setting(
        0.0, "initial bias of the forget gate", "network", when="forget",
        usual=(0.0, 0.5, 1.0, 2.0, 5.0), ge=0, le=100,
    )
    dtype: Literal["float32", "float64"] = setting(
        "float32", "precision of the arithmetic", "network",
    )
    engine: Literal["fused", "reference"] = setting(
        "fused", "fast layers, or the readable reference in the book's order of operations",
        "network",
    )

    time_size: int = setting(
        20, "window length T of truncated BPTT", "training",
        usual=(1, 2, 3, 5, 10, 20, 35, 50, 100), scale="log", ge=1, le=10_000,
    )
    learning_rate: float = setting(
        3e-4, "step size of the update", "training", affects="updates", scale="log", live=True,
        usual=tuple(digit * 10.0**power for power in range(-4, 1) for digit in (1, 2, 5)),
        gt=0, le=1e30,
    )
    max_grad_norm: float = setting(
        1.0, "clip the global gradient norm; 0 is off", "training", affects="updates",
        usual=(0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0), scale="log", live=True, ge=0, le=1e30,
    )
    optimizer: Literal["sgd", "momentum", "adagrad", "adam"] = setting(
        "adam", "rule of the update", "training", affects="updates",
    )
    schedule: Literal["constant", "quarter", "cosine"] = setting(
        "constant", "course of the learning rate; quarter acts when held-out text gets worse",
        "training", branch=True,
    )
    warmup: int = setting(
        0, "updates in which the learning rate rises to its value", "training",
        usual=(0, 100, 300, 1_000, 3_000), ge=0, le=MOST,
    )
    batch_size: int = setting(
        20, "streams N", "training", usual=(1, 5, 10, 20, 50, 100), scale="log", ge=1, le=100_000,
    )
    stateful: bool = setting(True, "carry the hidden state from window to window", "training")
    window_scheme: Literal["aligned", "book"] = setting(
        "aligned", "how streams walk the text", "training",
    )
    epochs: int = setting(
        40, "passes over the training text", "training", usual=(1, 3, 10, 30, 100, 300),
        scale="log", ge=1, le=1_000_000,
    )
    seed: int = setting(
        0, "seed of initial values and dropout", "training", usual=tuple(range(10)), ge=0,
        le=2**32 - 1,
    )
    threads: int = setting(
        1, "BLAS threads; more than one only on an idle machine", "training", usual=(1, 2, 4), ge=1,
        le=64,
    )
    temperature: float = setting(
        1.0, "temperature of generated text; 0 is greedy", "training",
        usual=(0.0, 0.2, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0), scale="log", live=True, ge=0, le=100,
    )
    pace: int = setting(
        0, "most updates a second a watched run makes; 0 is full speed", "training",
        affects="updates", usual=(0, 1, 5, 20, 60, 200), live=True, ge=0, le=100_000,
    )
    # fmt: on
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
            problems = [problem(error, cls.model_fields) for error in failure.errors()]
            sentence = "; ".join(each["message"] for each in problems) + "."
            raise ConfigError("settings", sentence, problems=problems) from None

    def with_changes(self, **changes: Any) -> Config:
        """A new, validated config that differs in `changes`."""
        return self.parse({**self.model_dump(), **changes})

    def differences(self) -> dict[str, Any]:
        """Only the settings that differ from the defaults: what a link has to carry."""
        return self.model_dump(exclude_defaults=True)


def live_settings() -> tuple[str, ...]:
    """Names of the settings that act on a running run."""
    return _where("live", True)


def branch_settings() -> tuple[str, ...]:
    """Names of the settings with another value of which a run can go on from weights it has."""
    return _where("branch", True)


def settings_of(group: Group) -> tuple[str, ...]:
    """Names of a group's settings, in their order."""
    return _where("group", group)


def text_settings() -> tuple[str, ...]:
    """Names of the settings that change the tokens that are read."""
    return _where("affects", "text")


def update_settings() -> tuple[str, ...]:
    """Names of the settings that change nothing before the first update."""
    return _where("affects", "updates")


def applies(name: str, corpus: str, *, grammar: bool, cell: str = "rnn") -> bool:
    """Whether a setting means something for a cell that reads a corpus, which is or is not drawn
    from a grammar."""
    kinds = {
        "always": True,
        "grammar": grammar,
        "text": not grammar,
        "lag": corpus == "lag",
        "forget": CELLS[cell].forget is not None,
    }
    return kinds[about(Config.model_fields[name])["when"]]


def usual_values(name: str) -> tuple[float, ...]:
    """Values of a number to step through; any other within its bounds may be given."""
    return tuple(about(Config.model_fields[name])["usual"])


def choices(name: str) -> tuple[str, ...]:
    """What a setting can be chosen from, empty where any value within bounds will do."""
    return tuple(CELLS) if name == "cell" else get_args(Config.model_fields[name].annotation)


def is_number(name: str) -> bool:
    """Whether a setting is a number."""
    return Config.model_fields[name].annotation in (int, float)


def _where(key: str, value: object) -> tuple[str, ...]:
    fields = Config.model_fields.items()
    return tuple(name for name, field in fields if about(field)[key] == value)
