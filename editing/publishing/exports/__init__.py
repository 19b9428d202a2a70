"""Pictures as files for elsewhere: which ones, called what, in which form, and within which rules."""
