"""We put words and sound together as talk: turns, pauses, overlaps, pace."""
