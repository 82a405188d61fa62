#pragma once
// The files of the page (web/) as they were when the program was built.

#include <span>
#include <string_view>

namespace invoicing::rest {

struct PageAsset {
  std::string_view path;          ///< "/" or "/assets/index-B7oG2z.js"
  std::string_view content_type;  ///< as the header has it
  std::string_view hash;          ///< of the content, hex digits
  bool immutable = false;         ///< the path holds the hash: another content has another path
  std::string_view style_hash;    ///< of the style sheet inside, SHA-256 as base64; empty: none
  std::string_view identity;      ///< the content
  std::string_view gzip;          ///< the same compressed; empty where that would not be smaller
  std::string_view brotli;        ///< likewise
};

/// Empty in a program that was built with INVOICING_WEB=OFF.
std::span<const PageAsset> page_assets();

}  // namespace invoicing::rest
