"""Signing in on the page: the layer that asks for a session, the forms, the cookies."""
