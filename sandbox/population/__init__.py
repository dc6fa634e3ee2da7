"""Everybody in the pretend area: casework's children, the other pupils, and those only a service knows."""

from sandbox.population.area import Population, make_population

__all__ = ["Population", "make_population"]
