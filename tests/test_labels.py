"""Colours of classes: one for a name, everywhere."""

from __future__ import annotations

from fervideo import labels

CUSTOM = ("laughing", "smirk", "calm", "wink", "frown", "pout", "squint", "gasp")


def test_built_in_classes_and_unknown_have_their_own_colours() -> None:
    assert labels.color_of("happiness", ("smirk", "happiness")) == labels.HAPPINESS.color
    assert labels.color_of(labels.UNKNOWN, CUSTOM) == labels.UNKNOWN_COLOR
    assert labels.color_of("nobody enrolled it", CUSTOM) == labels.UNKNOWN_COLOR


def test_a_custom_class_keeps_its_colour_from_one_set_of_classes_to_another() -> None:
    alone = labels.color_of("laughing", ("laughing",))
    assert alone in labels.CUSTOM_COLORS
    assert labels.color_of("laughing", (*labels.BASIC, "laughing", *CUSTOM[1:])) == alone
    without_happiness = tuple(c for c in labels.BASIC if c != "happiness")
    assert labels.color_of("laughing", (*without_happiness, "laughing")) == alone
    assert labels.color_of("Laughing", ("Laughing",)) == alone


def test_custom_classes_in_use_together_differ_in_colour_as_long_as_there_are_colours() -> None:
    colors = [labels.color_of(name, (*labels.BASIC, *CUSTOM)) for name in CUSTOM]
    assert sorted(colors) == sorted(labels.CUSTOM_COLORS)
    assert labels.color_of("one more", (*CUSTOM, "one more")) in labels.CUSTOM_COLORS
