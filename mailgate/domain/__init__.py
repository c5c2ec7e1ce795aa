"""What is true of mail, customers and tickets: values and arithmetic, without I/O, clock or third party."""
