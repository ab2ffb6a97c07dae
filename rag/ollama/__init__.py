"""The Ollama server: its chat, what it says of itself, how it counts."""
