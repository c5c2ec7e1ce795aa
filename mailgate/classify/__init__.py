"""Facts in, verdict out. Pure: one rule, one file, and no rule knows another."""
