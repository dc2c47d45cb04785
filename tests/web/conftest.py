from tests.identity.conftest import _provider, provider

__all__ = ["_provider", "provider"]
