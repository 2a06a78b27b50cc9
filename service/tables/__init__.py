"""CSV as people keep it: reading a file whatever saved it, and the columns of a kind of event. Pure."""
