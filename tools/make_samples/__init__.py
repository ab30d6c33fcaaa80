"""The sample calls: labelled scripts, spoken by espeak-ng into recordings whose truth is known to the sample."""
