"""The roof: when and in what order. Only here are Prefect, the clock and the environment known."""
