"""What people are told about the work that they asked for: in the page, and by mail where they want it."""
