"""The collection for outside assistants: tools of the Model Context Protocol, over stdio and over HTTP."""
