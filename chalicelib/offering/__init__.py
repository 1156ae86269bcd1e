"""What can be booked, with whom, when: employees, services, hours, absences, holidays."""
