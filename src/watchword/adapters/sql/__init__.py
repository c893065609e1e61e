"""The database: SQLite in one file, or PostgreSQL. One description of the tables and one set of migrations for both."""
