"""Where a clause stands, and questions that name such a place."""
