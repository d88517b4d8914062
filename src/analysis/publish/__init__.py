"""What puts something on the page: answers are gated, worded and drawn, then displayed."""
