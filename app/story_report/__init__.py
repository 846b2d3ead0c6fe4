"""What `kickstand test --report` leaves: a page of failures and ways through the dialog, and pictures."""
