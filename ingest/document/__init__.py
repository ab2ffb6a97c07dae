"""What makes a text a document: its letterhead or masthead, its dates, its identity, and its versions."""
