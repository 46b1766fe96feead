"""A benchmark, not a test: `python -m tests.bench` prints the budgets of docs/architecture.md beside what was measured."""
