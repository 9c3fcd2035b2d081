"""The words of the product: frozen dataclasses that every other part speaks in."""
