"""What can be booked, with whom and when: employees, resources, services, hours, absences, holidays."""
