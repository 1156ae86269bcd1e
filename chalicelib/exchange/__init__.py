"""Excel and JSON out and in, without loss: files of everything a partner or a customer has here, and of what they had elsewhere."""
