"""Random people make random moves at a desk, and an oracle of its own judges what came of each."""
