"""Results for other programs, as they are made: JSON lines and the Lab Streaming Layer."""
