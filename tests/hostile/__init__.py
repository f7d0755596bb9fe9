"""Clients that mean harm, against a real server: bounded, so that they run with every suite."""
