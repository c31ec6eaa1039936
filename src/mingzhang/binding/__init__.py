"""Forms and documents: recognising facts in documents, composing documents from facts."""
