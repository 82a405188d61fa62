// The one file that holds Asio's own code; every other file sees declarations only.
#include <boost/asio/impl/src.hpp>
