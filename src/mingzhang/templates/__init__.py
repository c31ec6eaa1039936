"""A bureau's own Word or Excel template: what its placeholders name, and the file with them filled in."""
