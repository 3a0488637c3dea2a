"""The film as sound: narration into spoken form, music, mixing and loudness."""
