"""Parts of one product on another: prints of shirts, soles of shoes; at the photo's own size."""
