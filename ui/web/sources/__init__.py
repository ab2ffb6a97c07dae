"""The clauses beside a conversation: what an answer cites, what else was found, what comes near."""
