"""Speed and memory, measured and noted in docs/measurements.md; ratios are taken in one run."""
