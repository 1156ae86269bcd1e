"""An appointment, once: times, appointments, customers, the customer's link."""
