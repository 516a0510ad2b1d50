"""The style sheet, made from the tokens of a theme."""

from __future__ import annotations

from string import Template

from .theme import SMALL_RATIO, Tokens, body_px

_SHEET = Template("""
QMainWindow { background: $window; color: $text; }
QDialog { background: $surface; color: $text; }
QWidget { color: $text; }
QLabel { background: transparent; }
QLabel[role="muted"] { color: $muted; font-size: ${small}px; }
QLabel[role="warning"] { color: $warning; font-size: ${small}px; }
QLabel[role="title"] { font-weight: 600; }
QWidget[role="panel"] { background: $surface; border-radius: 8px; }
#backdrop { background: $backdrop; border-radius: 8px; }

QMenuBar { background: $window; color: $text; padding: 2px 4px; border: none; }
QMenuBar::item { padding: 4px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $hover; }
QMenu { background: $surface; color: $text; border: 1px solid $outline; padding: 6px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; }
QMenu::item:selected { background: $hover; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $outline; margin: 6px 8px; }
QToolTip { background: $raised; color: $text; border: 1px solid $outline; padding: 4px 8px; }

QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $outline; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
#card { border: 1px solid transparent; border-radius: 8px; }
#card:focus { border: 1px solid $accent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $outline; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QPushButton { background: $raised; color: $text; border: 1px solid transparent;
  border-radius: 6px; padding: 0 16px; min-height: 30px; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $faint; }
QPushButton[role="main"] { background: $fill; color: $on_fill; font-weight: 600; }
QPushButton[role="main"]:hover { background: $fill_hover; }
QPushButton[role="main"]:disabled { background: $raised; color: $faint; }
QPushButton[role="main"]:focus { border: 1px solid $text; }
QPushButton[role="flat"] { background: transparent; color: $accent; padding: 0 8px;
  min-height: 22px; }
QPushButton[role="flat"]:hover { background: $hover; }
QPushButton[role="flat"]:disabled { color: $faint; }

QToolButton { background: transparent; color: $text; border: 1px solid transparent;
  border-radius: 6px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton:checked { background: $raised; }
QToolButton::menu-indicator { image: none; }

QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; background: $outline; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $fill; border-radius: 2px; }
QSlider::handle:horizontal { background: $knob; border: 2px solid $fill; width: 12px;
  height: 12px; margin: -6px 0; border-radius: 8px; }
QSlider::handle:horizontal:hover { background: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $text; }
QSlider::sub-page:horizontal:disabled { background: $outline; }

QDoubleSpinBox, QLineEdit { background: $raised; color: $text; border: 1px solid transparent;
  border-radius: 6px; min-height: 26px; selection-background-color: $fill;
  selection-color: $on_fill; }
QLineEdit { padding: 0 8px; }
QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 0px; border: none; }
QAbstractSpinBox QLineEdit { background: transparent; padding: 0 8px; min-height: 0; border: none; }
QDoubleSpinBox:hover, QLineEdit:hover { background: $hover; }
QDoubleSpinBox:focus, QLineEdit:focus { border: 1px solid $accent; }

QLineEdit[wrong="true"] { border: 1px solid $error; }
QLabel[role="wrong"] { color: $error; font-size: ${small}px; }
QTableView { background: transparent; border: none; outline: 0;
  selection-background-color: transparent; }
QHeaderView, QTableView QTableCornerButton::section { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: $muted; border: none; padding: 0 12px;
  border-bottom: 1px solid $outline; font-size: ${small}px; }

QListWidget { background: transparent; color: $text; border: 1px solid transparent;
  border-radius: 6px; outline: 0; }
QListWidget:focus { border: 1px solid $accent; }
QListWidget::item { padding: 6px 8px; border-radius: 6px; }
QListWidget::item:hover { background: $hover; }
QListWidget::item:selected { background: $raised; color: $text; }
QTextBrowser { background: $surface; color: $text; border: none; selection-color: $on_fill;
  selection-background-color: $fill; }

QCheckBox { spacing: 8px; min-height: 24px; }
QCheckBox:disabled { color: $faint; }

QProgressBar { background: $outline; border: none; border-radius: 2px; max-height: 4px;
  min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
#backdrop QProgressBar { background: #33373E; }
#backdrop QProgressBar::chunk { background: #A899FF; }
""")


def style_sheet(tokens: Tokens) -> str:
    """The sheet for the main window; its menus, dialogs and tool tips inherit it."""
    return _SHEET.substitute(
        small=round(body_px() * SMALL_RATIO),
        window=tokens.window,
        surface=tokens.surface,
        raised=tokens.raised,
        hover=tokens.hover,
        outline=tokens.outline,
        text=tokens.text,
        muted=tokens.muted,
        backdrop=tokens.backdrop,
        faint="#6E7682" if tokens.is_dark else "#8A92A0",
        accent=tokens.accent,
        warning=tokens.warning,
        error=tokens.error,
        fill=tokens.fill,
        fill_hover="#7762E0" if tokens.is_dark else "#4C39B4",
        on_fill=tokens.on_fill,
        knob="#FFFFFF",
    )
