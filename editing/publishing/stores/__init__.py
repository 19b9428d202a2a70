"""Publishing to a merchant's own store elsewhere, again and again without doubles, and taking it back."""
