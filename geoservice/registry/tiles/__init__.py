"""Vector tiles of the collections: lean features near by, complete counts from afar."""
