"""The vendors as they behave on the wire, small enough to run beside the product on one machine."""
