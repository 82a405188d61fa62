"""A real RabbitMQ of Debian for tests: broker.py."""

from .broker import Broker, BrokerOptions
from .certificates import Certificates

__all__ = ["Broker", "BrokerOptions", "Certificates"]
