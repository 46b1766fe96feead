"""Documents as bytes: rendered in a caged child, stored under a random name, found again by digest.

Knows no case. Only the outbox process renders and seals (design.md 6a); `storage` and `richtext` may be used by anyone.
"""
