"""The hidden states' panel, by value: what is described to the script that draws it."""

from __future__ import annotations

from pages.ui.figures.palette import LIGHT, PALETTES
from pages.ui.live import walk
from pages.ui.live.figures import states
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import texts
from rnncore.text.token_classes import CHARACTERS, WORDS
from rnncore.views import Colouring
from tests.pages.views import CLOUD, FRAMED_RUN, RUN, SNAPSHOT

T = texts("en")


def test_the_states_panel_offers_colours_and_the_twin_in_its_menu() -> None:
    (panel,) = [panel for panel in panels(FRAMED_RUN, T) if panel["id"] == "states"]
    assert [view["name"] for view in panel["views"]] == ["memory", "next"]
    assert [(one["name"], one["on"]) for one in panel["switches"]] == [("twin", True)]
    assert "“a” for “↵”" in panel["caption"] == panel["views"][1]["caption"]
    assert [(chip["text"], chip["twin"]) for chip in panel["chips"]] == [
        ("<b>", None),
        ("↵", "a"),
        ("a", "<b>"),
    ]
    axes = states.figure(FRAMED_RUN, LIGHT, T).layout
    assert (axes.xaxis.title.text, axes.yaxis.title.text) == (None, "↵ → a")


def test_what_is_known_of_states_is_described_for_both_themes() -> None:
    known = walk.walk(FRAMED_RUN, T)
    memory, following = known["colourings"]
    assert [value["label"] for value in memory["values"]] == ["T", "P", "none open"]
    assert [value["label"] for value in following["values"]] == ["&lt;b&gt;", "any other"]
    assert memory["values"][0]["colour"] == {p.name: p.states[0] for p in PALETTES}
    assert memory["values"][2]["colour"] == {p.name: p.start for p in PALETTES}  # no value
    assert memory["told"] and memory["cloud"] == (0, 1, 2, 2)
    assert known["words"] == ["&lt;b&gt;", "↵", "a", "a"]
    assert (known["joint"], known["stretch"]) == ("", 2)
    assert (known["sentence"], known["twin"]) == (
        ["&lt;b&gt;", "↵", "a"],
        ["&lt;b&gt;", "a", "&lt;b&gt;"],
    )
    # The loss of the last token that differs is read from the state before it.
    assert (known["parting"], known["meeting"], known["loss"]) == (1, 2, 1)


def test_a_property_of_many_values_has_symbols_beside_colours_and_is_not_told() -> None:
    values = tuple(f"{left} to go" for left in range(20))
    many = Colouring("phrase", values, tuple(range(4)), (0, 1, 2), (0, 1, 2))
    assert FRAMED_RUN.states is not None
    frame = FRAMED_RUN.states._replace(colourings=(many,))
    (phrase,) = walk.walk(FRAMED_RUN._replace(states=frame), T)["colourings"]
    looks = [(value["colour"]["light"], value["symbol"]) for value in phrase["values"]]
    assert len(set(looks)) == len(values) and not phrase["told"]


def test_every_class_of_tokens_has_a_name() -> None:
    names = T.table("token_classes")
    assert {of.replace(" ", "_") for of in (*CHARACTERS, *WORDS)} == set(names)


def test_a_run_of_before_shows_the_sentence_in_the_colours_of_the_grammars_states() -> None:
    known = walk.walk(RUN, T)
    (state,) = known["colourings"]
    assert state["sentence"] == (0, 0, 1)
    assert [value["label"] for value in state["values"]] == ["inside", "start"]
    assert (known["words"], known["twin"], known["loss"]) == ([], [], 1)
    (panel,) = [panel for panel in panels(RUN, T) if panel["id"] == "states"]
    assert (panel["views"], panel["switches"]) == ([], [])
    assert "held-out" not in panel["caption"]  # there is no cloud
    figure = states.figure(RUN, LIGHT, T)
    assert figure.layout.yaxis.title.text is None
    assert next(t for t in figure.data if t.uid == "targets").hovertext == (
        "<b>&lt;b&gt;</b>",
        "<b>↵</b>",
        "<b>a</b>",
    )


def test_states_ops_tell_what_comes_next_and_where_the_twin_is() -> None:
    tokens, share = states.ops(SNAPSHOT)
    assert tokens["set"]["x"] == [0.5, 1.0, -1.0] and tokens["set"]["y"] == [-0.25, 0.0, 2.0]
    assert tokens["set"]["customdata"][0] == "75.0%  a<br>25.0%  &lt;b&gt;"
    assert share["value"] == 0.5
    twin, *others = states.ops(SNAPSHOT._replace(twin=((1.0, 0.5), (0.0, 0.25))))
    assert (twin["trace"], twin["set"]) == ("twin", {"x": [1.0, 0.0], "y": [0.5, 0.25]})
    assert others == [tokens, share]
    (cloud,) = states.cloud_ops(CLOUD)
    assert (cloud["trace"], cloud["step"]) == ("cloud", 5)
    assert cloud["set"] == {"x": [0.5, -0.25, 1.5, 0.0], "y": [1.0, 2.0, 0.0, -1.0]}


def test_the_states_panel_says_at_which_update_its_axes_were_set() -> None:
    assert states.aimed_ops(300) == [
        {"op": "readout", "figure": "states", "name": "aimed", "value": 300}
    ]
