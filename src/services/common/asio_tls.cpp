// As async/asio.cpp, of Asio's TLS, which the health probe alone uses.
#include <boost/asio/ssl/impl/src.hpp>
