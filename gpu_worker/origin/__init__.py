"""What a finished picture says about where it comes from, in three layers, and how each is read.

Metadata (XMP as IPTC asks for it), a signed manifest (C2PA), and a mark in the pixels. Neither torch nor OpenCV: the web
process signs what it makes of a picture, and reads pictures that people send.
"""
