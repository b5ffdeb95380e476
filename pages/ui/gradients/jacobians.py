"""Idea 3: how large the product of Jacobians really is, and what the spectrum of Wh promises."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.figures.mathematics import amount
from pages.ui.gradients.figures import decay, growth, spectrum
from pages.ui.gradients.figures.decay import Band, Line
from pages.ui.gradients.history import history
from pages.ui.gradients.view import GradientsView, look
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.predictions import Answer, answered
from pages.ui.widgets.theme import palette
from rnncore.cells import CELLS
from rnncore.errors import StoreError
from rnncore.probes.jacobians import JacobianDecay, jacobian_decay
from rnncore.probes.reading import running_text
from rnncore.probes.spectra import Spectrum
from rnncore.shapes import Array
from rnncore.views import FAR_BACK

QUESTION = "gradients.predict.jacobians"
TICKS = 21
WORK, LARGEST = 4e9, 1024
"""What one look may cost, H cubed for each of two products a tick; and the largest states (h, and
c of an LSTM) to look at: more would take too long while somebody waits."""
HEIGHT, PLANE, GROWTH = 450, 290, 132


def draw(visit: Session, row: DeltaGenerator) -> None:
    """Draw the decay beside the spectrum."""
    t, now = visit.t, look(visit)
    if _size(now) > LARGEST:
        config = now.subject.config
        most = LARGEST * config.hidden_size // _size(now)
        st.info(t("gradients.jacobians.too_large", H=config.hidden_size, most=most))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        section(t("gradients.jacobians.title"))
        _decay(visit, now)
    with right:
        section(t("gradients.spectrum.title"))
        _spectrum(visit, now)


def answer(visit: Session) -> Answer | None:
    """Whether the measured product grows."""
    now = look(visit)
    if _size(now) > LARGEST:
        return None
    product, far = _product(_measure(now.key, now))
    option = "grows" if product[far] > 1 else "shrinks"
    return Answer(option, {"measured": amount(product[far]), "d": str(far)})


def _product(measured: JacobianDecay) -> tuple[Array, int]:
    """What the true product stretches by, by distance (median of the streams), and how far back
    sentences look."""
    product = np.median(measured.spectral, axis=1)
    return product, min(FAR_BACK, len(product) - 1)


def _decay(visit: Session, now: GradientsView) -> None:
    t = visit.t
    with st.spinner(t("gradients.jacobians.measuring")):
        measured = _measure(now.key, now)
    asked = not answered(visit, QUESTION)
    product, far = _product(measured)
    streams = measured.spectral.shape[1]
    ticks = np.median(measured.tick_bound, axis=1)
    lines = [Line("tick_bound", t("gradients.jacobians.ticks"), ticks, "train", "dash")]
    truth = t("gradients.jacobians.truth", d=far, n=streams, measured=amount(product[far]))
    if measured.weight_bound is not None and measured.radius is not None:
        lines += [
            Line("weight_bound", t("gradients.jacobians.sigma"), measured.weight_bound, "rung"),
            Line("radius", t("gradients.jacobians.rho"), measured.radius, "held_out", "dot"),
        ]
        promise = t(
            "gradients.jacobians.promise",
            d=far,
            bound=amount(measured.weight_bound[far]),
            radius=amount(measured.radius[far]),
        )
    else:
        promise = t("gradients.jacobians.gated")
    if asked:
        said, band = promise, None
    else:
        said = f"{truth} {promise}"
        band = Band(measured.spectral.min(axis=1), measured.spectral.max(axis=1))
        true = Line("spectral", t("gradients.jacobians.spectral"), product, "gradient", width=2.6)
        lines.insert(0, true)
    st.caption(said)
    chart(
        decay.figure(
            lines,
            palette(),
            t,
            quantity=t("gradients.jacobians.quantity"),
            along=t("gradients.jacobians.along"),
            height=HEIGHT,
            band=band,
        ),
        key="gradients.jacobians.chart",
        name=said,
    )


def _spectrum(visit: Session, now: GradientsView) -> None:
    t = visit.t
    try:
        known = history(now)
    except StoreError as error:
        st.warning(t.explain(error), icon=":material/database_off:")
        return
    steps = list(known)
    at = visit.value("at", now.subject.step)
    at = min(steps, key=lambda step: abs(step - at))
    gates = [found.gate for found in known[0]]
    gate = visit.within("gate", 0, 0, len(gates) - 1)
    chosen = known[at][gate]
    said = t(
        "gradients.spectrum.caption",
        largest=f"{chosen.largest:.3g}",
        radius=f"{chosen.radius:.3g}",
        outside=int((np.abs(chosen.eigenvalues) > 1).sum()),
        H=len(chosen.eigenvalues),
    )
    st.caption(said)
    reach = 1.12 * max(1.0, *(found[gate].radius for found in known.values()))
    chart(
        spectrum.figure(known[0][gate], chosen, reach, palette(), t, PLANE),
        key="gradients.spectrum.chart",
        name=said,
    )
    of_gate = {step: found[gate] for step, found in known.items()}
    chart(
        growth.figure(of_gate, at, palette(), t, GROWTH),
        key="gradients.spectrum.growth",
        name=f"{t('gradients.spectrum.growth')} {_growth(visit, of_gate)}",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(steps) > 1:
            held.select_slider(
                visit, "at", "gradients.spectrum.at", at, steps, lambda step: f"{step:,}"
            )
        if len(gates) > 1:
            held.selectbox(
                visit,
                "gate",
                "gradients.spectrum.gate",
                gate,
                range(len(gates)),
                gates.__getitem__,
                width=110,
            )


def _growth(visit: Session, known: Mapping[int, Spectrum]) -> str:
    """From where to where both have come."""
    first, last = min(known), max(known)
    return visit.t(
        "gradients.spectrum.says_growth",
        last=f"{last:,}",
        largest=f"{known[first].largest:.3g} → {known[last].largest:.3g}",
        radius=f"{known[first].radius:.3g} → {known[last].radius:.3g}",
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _measure(key: str, _now: GradientsView) -> JacobianDecay:
    subject = _now.subject
    streams = max(1, min(8, int(WORK / (2 * TICKS * _size(_now) ** 3))))
    text = running_text(subject.model, subject.corpus, TICKS, streams)
    return jacobian_decay(text.model, text.xs)


def _size(now: GradientsView) -> int:
    """How wide the Jacobians are: all states that a tick hands on."""
    config = now.subject.config
    return config.hidden_size * len(CELLS[config.cell].states)
