"""Property tests load dictionaries on their first example; a deadline would measure that and the machine's load."""

from hypothesis import settings

settings.register_profile("csqa", deadline=None)
settings.load_profile("csqa")
