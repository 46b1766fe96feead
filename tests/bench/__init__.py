"""A benchmark, not a test: `python -m tests.bench` prints the budgets of docs/measured.md beside what was measured."""
