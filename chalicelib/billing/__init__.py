"""Plans, orders and invoices: bexio makes and sends each invoice once, and what the law wants is kept ten years."""
