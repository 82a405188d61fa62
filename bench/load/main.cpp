// bench-load --port N [--get PATH | --ids FILE] [--post SHARE] [--keys] [--connections N]
// [--pipeline N] [--seconds S] [--warmup S] [--count N] [--rate R] [--seed N]: prints one line of
// JSON.

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>

#include "load/arguments.hpp"
#include "load/client.hpp"

namespace {

using namespace invoicing::bench;

RequestOptions request_options(const Arguments& arguments) {
  RequestOptions options;
  options.path = arguments.text("--get", "/healthz");
  options.post_share = arguments.number("--post", 0);
  options.keys = arguments.has("--keys");
  options.seed = static_cast<std::uint64_t>(arguments.number("--seed", 1));
  if (arguments.has("--ids")) {
    std::ifstream file(arguments.text("--ids"));
    for (std::string id; std::getline(file, id);) options.ids.push_back(id);
  }
  return options;
}

LoadOptions load_options(const Arguments& arguments) {
  LoadOptions options;
  options.port = static_cast<std::uint16_t>(arguments.number("--port", 0));
  options.connections = static_cast<unsigned>(arguments.number("--connections", 64));
  options.pipeline = static_cast<unsigned>(arguments.number("--pipeline", 1));
  options.seconds = arguments.number("--seconds", 5);
  options.warmup_seconds = arguments.number("--warmup", 0);
  options.count = static_cast<std::uint64_t>(arguments.number("--count", 0));
  options.rate = arguments.number("--rate", 0);
  return options;
}

void print(LoadResult& result) {
  std::string failures;
  for (const auto& [status, count] : result.failures) {
    failures +=
        (failures.empty() ? "\"" : ",\"") + std::to_string(status) + "\":" + std::to_string(count);
  }
  std::printf(R"({"seconds":%.6f,"answers":%llu,"rate":%.1f,"bytes":%llu,"waiting_max":%zu,)"
              R"("failures":{%s},"gets":%s,"posts":%s})"
              "\n",
              result.seconds, static_cast<unsigned long long>(result.answers),
              static_cast<double>(result.answers) / result.seconds,
              static_cast<unsigned long long>(result.bytes), result.waiting_max, failures.c_str(),
              result.gets.to_json().c_str(), result.posts.to_json().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Arguments arguments(argc, argv);
    RequestSource source(request_options(arguments));
    auto result = run_load(load_options(arguments), source);
    print(result);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench-load: " << error.what() << "\n";
    return 1;
  }
}
