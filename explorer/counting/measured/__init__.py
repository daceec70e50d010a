"""What was measured of a network on one machine: frozen records and the arithmetic on them. Measures nothing."""
