"""Executes GraphQL breadth-first: each field once for all objects of its level. A library over graphql-core's types."""
