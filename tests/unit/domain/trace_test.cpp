#include "domain/trace.hpp"

#include <gtest/gtest.h>

namespace invoicing {
namespace {

const std::string kGood = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

// The cases of https://www.w3.org/TR/trace-context-2/#traceparent-header and its test suite.
TEST(Trace, TakesTheTraceparentsThatMayBeContinued) {
  for (const std::string& text : {kGood, "00" + kGood.substr(2, 51) + "ff", "cc" + kGood.substr(2),
                                  "cc" + kGood.substr(2) + "-what-comes"}) {
    EXPECT_TRUE(is_traceparent(text)) << text;
  }
}

TEST(Trace, RefusesAllOthers) {
  const std::string zeros(32, '0');
  for (const std::string& text :
       {std::string(), kGood.substr(0, 54), kGood + "-", kGood + "-more", kGood + "0",
        "ff" + kGood.substr(2), "0g" + kGood.substr(2), "cc" + kGood.substr(2) + ".more",
        "00-" + zeros + kGood.substr(35), kGood.substr(0, 36) + zeros.substr(0, 16) + "-01",
        "00-0AF7651916CD43DD8448EB211C80319C" + kGood.substr(35), "00_" + kGood.substr(3),
        kGood.substr(0, 52) + "_01", kGood.substr(0, 53) + "0x",
        kGood.substr(0, 40) + "." + kGood.substr(41)}) {
    EXPECT_FALSE(is_traceparent(text)) << text;
  }
}

TEST(Trace, KnowsItsId) {
  EXPECT_EQ(trace_id_of(kGood), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(trace_id_of(""), "");
}

TEST(Trace, TakesRequestIdsThatNeedNoEscape) {
  for (const std::string& text :
       {std::string("a"), std::string("7b1c-_.~:/+=@Z"), std::string(kMaxRequestIdSize, 'x')}) {
    EXPECT_TRUE(is_request_id(text)) << text;
  }
  for (const std::string& text :
       {std::string(), std::string(kMaxRequestIdSize + 1, 'x'), std::string("a b"),
        std::string("a\"b"), std::string("a,b"), std::string("a\r\nb"), std::string("ä"),
        std::string("a\0b", 3)}) {
    EXPECT_FALSE(is_request_id(text)) << text;
  }
}

TEST(Trace, OfAReportIsOneForAllItsMessages) {
  const Trace first = trace_of_report("report", "report");
  const Trace again = trace_of_report("report", "report.2");
  EXPECT_TRUE(is_traceparent(first.traceparent)) << first.traceparent;
  EXPECT_EQ(trace_id_of(first.traceparent), trace_id_of(again.traceparent));
  EXPECT_NE(first, again);
  EXPECT_EQ(first.request_id, "");
  EXPECT_NE(trace_id_of(first.traceparent),
            trace_id_of(trace_of_report("other", "report").traceparent));
}

}  // namespace
}  // namespace invoicing
