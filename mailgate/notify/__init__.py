"""Mail out: wording, and the loop that sends what stands in the outbox."""
