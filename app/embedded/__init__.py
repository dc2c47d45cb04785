"""PostgreSQL and Valkey as child processes, for runs that configure neither."""
