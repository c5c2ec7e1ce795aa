"""What the service desk does: one function, one transaction. The only writers of tickets, holds and customers."""
