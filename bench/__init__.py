"""Measures the speed and the memory of the product on the machine it runs on: `make bench`."""
