"""Printed numbers that do not agree with what is counted here, or with each other, and why."""
