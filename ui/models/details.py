"""What a model's card says, in words."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from fervideo.models.card import Measurement, ModelCard

from ..services import ListedModel
from ..theme import GRID, Theme
from .row import share

CROPS = {"given": "as given", "aligned": "aligned", "detected": "through the detector"}
DATA = {"rafdb": "RAF-DB", "fer2013": "FER2013", "ckplus": "CK+"}


class Details(QScrollArea):
    """The chosen model's card: paper, training, data with licences, limits, every figure."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model: ListedModel | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Model card")
        self.setObjectName("card")
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.addWidget(self.text)
        column.addStretch(1)
        self.setWidget(page)
        theme.changed.connect(self._fill)

    def show_model(self, model: ListedModel) -> None:
        """Show a model's card, or what is wrong with its files."""
        self._model = model
        self._fill()
        self.verticalScrollBar().setValue(0)

    def _fill(self) -> None:
        model, tokens = self._model, self._theme.tokens
        if model is None:
            return
        problem = problem_html(model, tokens.error)
        card = "" if model.card is None else card_html(model.card, tokens.muted)
        self.text.setText(problem + card)


def problem_html(model: ListedModel, color: str) -> str:
    """What is wrong with a model's files and where they are, as rich text; empty if nothing."""
    where = f"<br>{escape(model.path)}" if model.path else ""
    if not model.problem:
        return f'<p style="margin:0 0 12px 0">{escape(model.path)}</p>' if where else ""
    return (
        f'<p style="margin:0 0 12px 0"><b style="color:{color}">Cannot be used</b><br>'
        f"{escape(model.problem)}.{where}</p>"
    )


def card_html(card: ModelCard, muted: str) -> str:
    """The card as rich text; `muted` is the colour of headings."""

    def part(heading: str, body: str) -> str:
        title = f'<span style="color:{muted}">{heading}</span>'
        return f'<p style="margin:0 0 12px 0">{title}<br>{body}</p>'

    data = "<br>".join(
        f"{escape(d.name)}: {escape(d.use)} ({escape(d.licence)})" for d in card.datasets
    )
    decides = (
        f"cosines to {len(card.classes)} class centers ({escape(card.centers_from)}), "
        f"s = {card.scale:.3g}, unknown under {card.threshold:.2f}"
    )
    size = (
        f"{card.input_size} × {card.input_size} pixels in, {card.embedding_size} numbers out, "
        f"{card.parameters / 1e6:.2f} M parameters, {card.multiply_adds / 1e6:.0f} M multiply-adds"
    )
    parts = [
        f'<p style="margin:0 0 12px 0"><b>{escape(card.title)}</b></p>',
        part("Paper", escape(card.paper)),
        part("Training", escape(card.training)),
        part("Learnt from", data),
        part("Limits", escape(card.limits)),
        part("Size", size),
        part("Decides by", decides),
        part("Measured on test pictures", figures_html(card.measurements)),
    ]
    return "".join(parts)


def figures_html(measurements: tuple[Measurement, ...]) -> str:
    """Accuracy and mean class recall of each measurement by the centers."""
    rows = [
        f"<tr><td>{_name(m)}</td><td align='right'>&nbsp;&nbsp;{share(m.accuracy)}</td>"
        f"<td align='right'>&nbsp;&nbsp;{share(m.mean_recall)}</td></tr>"
        for m in measurements
        if m.decided_by == "centers"
    ]
    if not rows:
        return "nothing yet"
    head = "<tr><td></td><td align='right'>&nbsp;&nbsp;accuracy</td>"
    head += "<td align='right'>&nbsp;&nbsp;mean recall</td></tr>"
    return f"<table cellspacing='2'>{head}{''.join(rows)}</table>"


def _name(measurement: Measurement) -> str:
    data = measurement.data.partition(" ")[0]
    crops = CROPS.get(measurement.crops, measurement.crops)
    return escape(f"{DATA.get(data, data)}, {crops}")
