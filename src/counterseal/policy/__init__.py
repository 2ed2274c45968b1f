"""The school's rules as data: categories, classes, labels. Thresholds are code, never here."""
