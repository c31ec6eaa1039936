"""Data files of a scheme: a template to fill in (workbook or YAML), and the filled file read and validated."""
