"""Pure geometry: reference systems, measures, validity, grid, overlay; arrays in, arrays or frames out."""
