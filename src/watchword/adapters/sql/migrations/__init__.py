"""The steps from one form of the tables to the next, for both databases, run by `watchword.adapters.sql.schema`."""
