"""Draw 清澜市, a city that does not exist, in the file formats its bureaus would hand over."""
