def read_plan(path, known, scheme, edition):
    return None
