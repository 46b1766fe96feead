"""Forms of the panel app and the base every form of the product stands on."""
