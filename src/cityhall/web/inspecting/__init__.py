"""The inspectors' face: one page for the phone that also works without a network, and the centre's view of their rounds."""
