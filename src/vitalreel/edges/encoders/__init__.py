"""Pictures and sound to packets, through PyAV's own codecs: no program is started, no file is written."""
