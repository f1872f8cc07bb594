"""What changes payments, payment requests and connections to providers."""
