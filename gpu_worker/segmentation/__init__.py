"""Where the product is in any photo, how sure that is, and what it consists of."""
