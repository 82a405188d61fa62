#include "rest/page_routes.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "rest/negotiation.hpp"

namespace invoicing::rest {

namespace {

// Nothing from elsewhere, nothing inline but the one style sheet, no frame around it; the one frame
// in it is a report's mail.
std::string content_security_policy(std::string_view style_hash) {
  const std::string style =
      style_hash.empty() ? "'none'" : "'sha256-" + std::string(style_hash) + '\'';
  return "default-src 'none'; script-src 'self'; style-src " + style +
         "; img-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; "
         "form-action 'none'; frame-ancestors 'none'";
}

/// One coding of one file. The bytes are copied when somebody wants them: a program whose page
/// nobody opens does not keep them in memory.
class Coding {
 public:
  Coding(std::string_view name, std::string_view bytes, std::string_view hash)
      : name_(name),
        bytes_(bytes),
        etag_('"' + std::string(hash) + (name.empty() ? "" : "-") + std::string(name) + '"') {}

  std::string_view name() const { return name_; }
  bool there() const { return name_.empty() || !bytes_.empty(); }
  const std::string& etag() const { return etag_; }
  std::shared_ptr<const std::string> body() {
    std::call_once(copied_, [this] { body_ = std::make_shared<const std::string>(bytes_); });
    return body_;
  }

 private:
  std::string_view name_;
  std::string_view bytes_;
  std::string etag_;
  std::once_flag copied_;
  std::shared_ptr<const std::string> body_;
};

class PageFile {
 public:
  explicit PageFile(const PageAsset& asset)
      : asset_(asset),
        policy_(content_security_policy(asset.style_hash)),
        codings_{Coding("br", asset.brotli, asset.hash), Coding("gzip", asset.gzip, asset.hash),
                 Coding("", asset.identity, asset.hash)} {}

  http::Response answer(const http::Request& request) {
    Coding& coding = choose(request);
    http::Response response{.status = 200, .content_type = asset_.content_type};
    if (matches_etag(request, coding.etag())) response = http::Response{.status = 304};
    response.add_header("ETag", coding.etag());
    response.add_header("Vary", "Accept-Encoding");
    response.add_header("Cache-Control",
                        asset_.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (response.status == 304) return response;
    if (!coding.name().empty()) {
      response.add_header("Content-Encoding", std::string(coding.name()));
    }
    response.add_header("Content-Security-Policy", policy_);
    response.add_header("X-Content-Type-Options", "nosniff");
    response.add_header("Referrer-Policy", "no-referrer");
    response.add_header("Cross-Origin-Opener-Policy", "same-origin");
    response.body = coding.body();
    return response;
  }

 private:
  Coding& choose(const http::Request& request) {
    for (Coding& coding : codings_) {
      const bool wanted = coding.name().empty() || accepts_coding(request, coding.name());
      if (coding.there() && wanted) return coding;
    }
    return codings_.back();
  }

  const PageAsset& asset_;
  const std::string policy_;
  std::array<Coding, 3> codings_;
};

Task<http::Response> answer(http::Response response) {
  co_return response;
}

}  // namespace

void add_page_routes(http::Router& router, std::span<const PageAsset> assets) {
  for (const PageAsset& asset : assets) {
    const auto file = std::make_shared<PageFile>(asset);
    router.add({.method = http::Method::get,
                .pattern = std::string(asset.path),
                .name = asset.path == "/" ? "page" : "page_asset",
                .handler = [file](http::Request& request, http::BodyReader&) {
                  return answer(file->answer(request));
                }});
  }
}

}  // namespace invoicing::rest
