"""Trains, exports and measures ``models/csqa-mini-zh``, the miniature Whisper of the demo and the tests.

``python -m tools.train_mini all --minutes 100 --work DIR`` goes from nothing to a measured model; see ``__main__.py``.
"""
