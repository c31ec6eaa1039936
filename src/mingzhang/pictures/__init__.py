"""Charts from plain values: bars, dots, a treemap, and the page they stand on, drawn as SVG."""
