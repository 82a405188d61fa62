#include "rest/problem.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "codec/utf8.hpp"
#include "ops/log.hpp"
#include "rest/invoice_query.hpp"

namespace invoicing::rest {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string body_of(const http::Response& response) {
  return std::get<std::string>(response.body);
}

TEST(Problem, NamesAParameterThatIsNotUtf8InTextThatIs) {
  for (const std::string query : {"%FF=1", "\xFF%zz=1", "limit=1&%C3%28"}) {
    http::Request request;
    request.query = query;
    const auto parameters = read_parameters(request, {"limit"});
    ASSERT_FALSE(parameters) << query;
    const http::Response response = problem(parameters.error());
    EXPECT_TRUE(codec::is_utf8(body_of(response))) << query;
    EXPECT_THAT(body_of(response), HasSubstr(R"("parameter":"%)")) << query;
  }
}

TEST(Problem, TellsTheLogWhatItKeepsFromTheClient) {
  std::ostringstream log;
  ops::log::start(ops::LogLevel::info, ops::LogFormat::json, &log);
  const http::Response response =
      problem(Error(ErrorCode::stored_data_invalid, "the member amount cannot be read"));
  problem(Error(ErrorCode::invoice_not_found, "no invoice has the id"));
  ops::log::start(ops::LogLevel::info, ops::LogFormat::automatic);

  EXPECT_EQ(response.status, 500U);
  EXPECT_THAT(body_of(response), Not(HasSubstr("amount")));
  EXPECT_THAT(log.str(), HasSubstr("the member amount cannot be read"));
  EXPECT_THAT(log.str(), Not(HasSubstr("no invoice has the id")));
}

}  // namespace
}  // namespace invoicing::rest
