"""One tick by hand: the cell's graph with the run's own numbers, operation by operation."""

from __future__ import annotations

from pages.ui import frame, session
from pages.ui.cell import check, controls, predict, stage
from pages.ui.cell.looking import look

visit = session.current()
visit.arrive("cell")
now = look(visit)
frame.head(visit, "cell", {}, lambda: controls.whose(visit, now))
frame.problem(visit)
controls.place(visit, now)
controls.way(visit, now)
stage.graph(visit, now)
stage.desk(visit, now)
check.check(visit, now)
predict.predict(visit, now)
visit.leave()
