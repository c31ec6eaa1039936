"""Facts against relations: outcomes, localisation, findings."""
