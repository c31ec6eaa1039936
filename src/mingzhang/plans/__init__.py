"""Data files of a scheme: templates to fill in (workbook or YAML); the filled file read and validated."""
