"""How facts reach PostgreSQL: columns, ids, locking, and saving that lets the database judge."""
