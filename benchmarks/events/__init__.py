"""Events under load: how many a second are acknowledged, how long each waits, and what a killed server loses."""
