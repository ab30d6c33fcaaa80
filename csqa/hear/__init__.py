"""We hear a recording: decode it, find the speech on each lane, and what fills the pauses."""
