"""What a ladder may mean: one file for each part of it, each reporting every mistake it finds."""
