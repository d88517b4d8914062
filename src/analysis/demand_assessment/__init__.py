"""The report above the reports: how well the bank manages demand."""
