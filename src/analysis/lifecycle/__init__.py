"""The life cycle of customers: where they stand, how long they stay, what is to come."""
