"""GraphiQL from our own assets: the page, what it loads and the examples it opens with."""
