"""What each setting does: how much it matters, the results along it, and over two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from pages.ui.figures.mathematics import perplexity_of
from pages.ui.figures.palette import Palette
from pages.ui.figures.style import axis, blank, names_axis
from pages.ui.tune.figures.shown import Shown
from pages.ui.tune.figures.ticks import perplexity, ticks
from pages.ui.visit.i18n import Texts
from rnncore.sweeps.analysis import Contour, Scale, Slice
from rnncore.sweeps.importance import Importances

ROW, GAP = 34, 0.04
SLICE, SURFACE = 240, 340
MARGIN = 0.08


def importance(
    found: Importances, names: Mapping[str, str], palette: Palette, t: Texts
) -> go.Figure:
    """A bar for each setting, with a line at what chance gives, and one for what seeds alone do.

    Traces   settings, chance, seeds (where it is known)
    """
    rows = [names[one.setting] for one in found.settings]
    if found.seeds is not None:
        rows.append(t("tune.seeds_alone"))
    drawn = blank(
        palette,
        height=ROW * len(rows) + 54,
        margin={"l": 150, "r": 20, "t": 6, "b": 44},
        xaxis=axis(palette, t("tune.share"), range=[0, 1.02], tickformat=".0%", nticks=6),
        yaxis=names_axis(palette, rows, down=True, tickfont={"size": 12, "color": palette.text}),
        barmode="overlay",
    )
    at = list(range(len(found.settings)))
    drawn.add_bar(
        uid="settings",
        orientation="h",
        x=[one.share for one in found.settings],
        y=at,
        width=0.55,
        text=[f"{one.share:.0%}" for one in found.settings],
        textposition="auto",
        customdata=[[names[one.setting], one.chance, one.luck] for one in found.settings],
        marker={
            "color": [
                palette.path if one.sureness == "unsure" else palette.accent
                for one in found.settings
            ]
        },
        hovertemplate=t("tune.hover_importance") + "<extra></extra>",
    )
    drawn.add_scatter(
        uid="chance",
        x=[one.chance for one in found.settings],
        y=at,
        mode="markers",
        marker={"symbol": "line-ns", "size": 22, "line": {"color": palette.held_out, "width": 2.5}},
        hovertemplate=t("tune.hover_chance") + "<extra></extra>",
    )
    if found.seeds is not None:
        drawn.add_bar(
            uid="seeds",
            orientation="h",
            x=[found.seeds],
            y=[len(at)],
            width=0.55,
            text=[f"{found.seeds:.0%}"],
            textposition="auto",
            marker={"color": palette.gradient},
            hovertemplate=t("tune.hover_seeds") + "<extra></extra>",
        )
    return drawn.finish()


def slices(found: Sequence[Slice], shown: Shown, palette: Palette, t: Texts) -> go.Figure:
    """The results along each setting, with the means of its bins.

    Traces   for each setting its trials and its means
    """
    width = (1 - GAP * (len(found) - 1)) / len(found)
    drawn = blank(
        palette,
        height=SLICE,
        margin={"l": 54, "r": 14, "t": 8, "b": 40},
        yaxis=axis(palette, None, type="log", nticks=6),
    )
    if shown.floor is not None:
        drawn.add_shape(
            type="line", xref="paper", x0=0, x1=1, y0=2**shown.floor, y1=2**shown.floor,
            line={"color": palette.floor, "width": 1.4},
        )  # fmt: skip
    for place, one in enumerate(found):
        number = str(place + 1) if place else ""
        left = place * (width + GAP)
        across = _across(one.scale, shown, palette)
        drawn.update_layout(
            **{f"xaxis{number}": {**across, "domain": [left, min(1.0, left + width)]}}
        )
        drawn.add_scatter(
            uid=f"{one.scale.name}-trials",
            xaxis=f"x{number}",
            x=[one.scale.share(x) for x, _, _ in one.points],
            y=[perplexity_of(bits) for _, bits, _ in one.points],
            customdata=[number for *_, number in one.points],
            text=[t("tune.trial", n=number + 1) for *_, number in one.points],
            mode="markers",
            marker={"color": palette.path, "size": 6, "opacity": 0.8},
            hovertemplate="%{text}: %{y:.4g}<extra></extra>",
        )
        drawn.add_scatter(
            uid=f"{one.scale.name}-means",
            xaxis=f"x{number}",
            x=[one.scale.share(x) for x, _, _ in one.means],
            y=[perplexity_of(bits) for _, bits, _ in one.means],
            text=[t("tune.mean_of", n=count) for *_, count in one.means],
            mode="lines+markers",
            line={"color": palette.held_out, "width": 2.4},
            marker={"size": 7},
            hovertemplate="%{text}: %{y:.4g}<extra></extra>",
        )
    return drawn.finish()


def surface(found: Contour, shown: Shown, palette: Palette, t: Texts) -> go.Figure:
    """Mean results over two settings: the brighter, the better; a point is a trial.

    Traces   means, trials
    """
    down = ticks(found.down, shown.say)
    drawn = blank(
        palette,
        height=SURFACE,
        margin={"l": 64, "r": 90, "t": 26, "b": 40},
        xaxis={**_across(found.across, shown, palette), "showgrid": False},
        yaxis=axis(
            palette,
            None,
            range=[-MARGIN, 1 + MARGIN],
            tickvals=[share for share, _ in down],
            ticktext=[text for _, text in down],
            showgrid=False,
            fixedrange=True,
        ),
    )
    drawn.add_annotation(
        xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", showarrow=False,
        text=f"<b>{shown.names[found.down.name]}</b>", font={"size": 12, "color": palette.text},
    )  # fmt: skip
    values = [bits for row in found.means for bits in row if bits is not None]
    low, high = min(values), max(values)
    at = [low, (low + high) / 2, high] if high > low else [low]
    drawn.add_heatmap(
        uid="means",
        x=[found.across.share(x) for x in found.columns],
        y=[found.down.share(y) for y in found.rows],
        z=found.means,
        customdata=[
            [None if bits is None else perplexity(bits) for bits in row] for row in found.means
        ],
        colorscale=[[1 - stop, colour] for stop, colour in reversed(palette.ramp)],
        zmin=low,
        zmax=high if high > low else low + 1,
        hoverongaps=False,
        hovertemplate=t("tune.hover_surface") + "<extra></extra>",
        colorbar={
            "title": {"text": t("tune.perplexity"), "font": {"size": 11, "color": palette.faint}},
            "tickvals": at,
            "ticktext": [perplexity(bits) for bits in at],
            "tickfont": {"size": 11, "color": palette.faint},
            "thickness": 12,
            "outlinewidth": 0,
        },
    )
    drawn.add_scatter(
        uid="trials",
        x=[found.across.share(x) for x, *_ in found.points],
        y=[found.down.share(y) for _, y, *_ in found.points],
        customdata=[number for *_, number in found.points],
        text=[
            f"{t('tune.trial', n=number + 1)}: {perplexity(bits)}"
            for _, _, bits, number in found.points
        ],
        mode="markers",
        marker={"color": palette.ground, "size": 7, "line": {"color": palette.text, "width": 1.2}},
        hovertemplate="%{text}<extra></extra>",
    )
    return drawn.finish()


def _across(scale: Scale, shown: Shown, palette: Palette) -> dict[str, object]:
    named = ticks(scale, shown.say)
    return axis(
        palette,
        shown.names[scale.name],
        range=[-MARGIN, 1 + MARGIN],
        tickvals=[share for share, _ in named],
        ticktext=[text for _, text in named],
        fixedrange=True,
    )
