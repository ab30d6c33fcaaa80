"""What a book can ask of a call; importing this package makes every kind of criterion known."""

from csqa.rules.criteria import facts, logic, numbers, order, sounding, spoken

__all__ = ["facts", "logic", "numbers", "order", "sounding", "spoken"]
