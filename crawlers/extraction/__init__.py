"""Reading: a pure function of (capture, source, extractor version). No network, no clock, no randomness."""
