"""Pages for people: signing in, second factors, setting up."""
