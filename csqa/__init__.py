"""CSQA: quality inspection of recorded customer-service calls, wholly on one's own computer."""

__version__ = "0.1.0"
