"""Choices that several pages share: knobs, weights, picture, method, layer, class."""
