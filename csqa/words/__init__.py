"""We find the words: passages of speech go through Whisper and come back as a transcript."""
