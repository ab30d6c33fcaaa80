"""Programs that make what CSQA ships: the samples, the miniature model, the screenshots."""
