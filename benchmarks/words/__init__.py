"""What a listener hears of a narration: words and numbers, for each voice, as a recogniser takes them down."""
