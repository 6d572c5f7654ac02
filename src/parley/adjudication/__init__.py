"""From two readings to gold: what agrees is merged, only the rest is put to an adjudicator."""
