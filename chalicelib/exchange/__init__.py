"""Excel and JSON out, without loss: files of everything a partner or a customer has here."""
