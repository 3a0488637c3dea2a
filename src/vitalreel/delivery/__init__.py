"""To whom, by which channel, when, once: windows, personal links, messages, dispatch."""
