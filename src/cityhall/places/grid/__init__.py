"""The city's grid: unit cells, responsibility grids and boundaries as dated polygons; which of them a point lies in."""
