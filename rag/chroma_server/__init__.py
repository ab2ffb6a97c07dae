"""The dense leg on a Chroma server: what is kept there, how it is changed, and how it is asked."""
