"""Tests run the real thing: real models, real files, a real database, a real window."""
