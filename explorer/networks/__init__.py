"""One file for each network, with all that is particular to it: knobs, description, presets, weights, figures.

`explorer.configuration.registry` finds the files: each holds its `NETWORK`, or, if it describes a family whose members
differ in a few numbers, its `NETWORKS`. Standard library only.
"""
