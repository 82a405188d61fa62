#include "sqlite/position_cache.hpp"

#include <atomic>
#include <cstring>

#include <sys/mman.h>

namespace invoicing::sqlite {
namespace {

// An entry is one word, so that no thread ever sees half of it: the row number below, 24 bits of
// the id's hash above; 0 is an empty one. A set is one line of the processor's cache.
constexpr unsigned kSeqBits = 40;
constexpr unsigned kTagBits = 24;
constexpr std::size_t kEntriesPerSet = 8;
constexpr std::size_t kSets = PositionCache::kBytes / (kEntriesPerSet * sizeof(std::uint64_t));
static_assert(PositionCache::kSeqMax == (std::int64_t{1} << kSeqBits) - 1);
static_assert(kSeqBits + kTagBits == 64);
static_assert((kSets & (kSets - 1)) == 0 && kSets < std::size_t{1} << kSeqBits);

/// Ids made from a clock and a counter differ in few bits; sets and tags need all of them mixed.
std::uint64_t hash_of(const InvoiceId& id) {
  std::uint64_t front = 0;
  std::uint32_t back = 0;
  std::memcpy(&front, id.bytes.data(), sizeof front);
  std::memcpy(&back, id.bytes.data() + sizeof front, sizeof back);
  // The end of MurmurHash3.
  std::uint64_t hash = front ^ (back * 0x9e3779b97f4a7c15U);
  hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33U);
}

std::uint64_t tag_of(std::uint64_t hash) {
  return hash >> kSeqBits;
}

std::uint64_t read(std::uint64_t& entry) {
  return std::atomic_ref(entry).load(std::memory_order_relaxed);
}

}  // namespace

PositionCache::PositionCache() {
  void* const memory =
      ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  // Looked at anywhere by chance; a hint, and of no consequence where it is not taken.
  ::madvise(memory, kBytes, MADV_HUGEPAGE);
  entries_ = static_cast<std::uint64_t*>(memory);
}

PositionCache::~PositionCache() {
  if (entries_ != nullptr) ::munmap(entries_, kBytes);
}

std::uint64_t* PositionCache::set_of(std::uint64_t hash) const {
  return entries_ + (hash % kSets) * kEntriesPerSet;
}

std::optional<std::int64_t> PositionCache::find(const InvoiceId& id) const {
  if (entries_ == nullptr) return std::nullopt;
  const std::uint64_t hash = hash_of(id);
  std::uint64_t* const set = set_of(hash);
  for (std::size_t i = 0; i < kEntriesPerSet; ++i) {
    const std::uint64_t entry = read(set[i]);
    if (entry != 0 && entry >> kSeqBits == tag_of(hash)) {
      return static_cast<std::int64_t>(entry & static_cast<std::uint64_t>(kSeqMax));
    }
  }
  return std::nullopt;
}

void PositionCache::remember(const InvoiceId& id, std::int64_t seq) {
  if (entries_ == nullptr || seq < 1 || seq > kSeqMax) return;
  const std::uint64_t hash = hash_of(id);
  const std::uint64_t tag = tag_of(hash);
  std::uint64_t* const set = set_of(hash);
  // In a full set the tag, which is as good as chance, says who has to go.
  std::size_t place = tag % kEntriesPerSet;
  for (std::size_t i = 0; i < kEntriesPerSet; ++i) {
    const std::uint64_t entry = read(set[i]);
    if (entry != 0 && entry >> kSeqBits != tag) continue;
    place = i;
    break;
  }
  const std::uint64_t entry = tag << kSeqBits | static_cast<std::uint64_t>(seq);
  std::atomic_ref(set[place]).store(entry, std::memory_order_relaxed);
}

}  // namespace invoicing::sqlite
