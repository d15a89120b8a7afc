"""Rules of checks as data: which there are, how severe, with which tolerances; set per city and per profile."""
