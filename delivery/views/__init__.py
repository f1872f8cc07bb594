"""Pages of delivery: documents, webhooks, API keys."""
