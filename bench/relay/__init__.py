"""Namesake beside Postfix, Exim and Haraka on one machine, in one run: see docs/benchmarks.md."""
