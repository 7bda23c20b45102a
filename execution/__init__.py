"""The GraphQL engine: it knows graphql-core and Strawberry, and nothing of artists."""
