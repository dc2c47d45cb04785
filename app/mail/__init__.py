"""Letters to people: written in the transaction of what they tell of, sent through SMTP."""
