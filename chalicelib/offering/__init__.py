"""What can be booked, with whom and when: employees, services, hours, absences, holidays."""
