"""What leaves the house: colourways as they are sold, exports, feeds and stores."""
