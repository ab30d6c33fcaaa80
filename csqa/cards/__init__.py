"""We fill in the cards: verdicts and the inspector's word become a score."""
