"""Lists of what is sold, in the forms that shopping services and shop systems read."""
