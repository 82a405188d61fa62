#pragma once
// A layer over SQLite's access to files that gathers what a commit writes into the write-ahead log.

namespace invoicing::sqlite {

/// Registers the layer, once, and names it for sqlite3_open_v2. SQLite writes the log page by page,
/// two system calls each; here they go out together, at the latest before the log is synced or
/// read. Safe with synchronous=FULL alone: a commit is then visible to others and answered only
/// after the sync (SQLite's wal.c, sqlite3WalFrames). What is lost with the process in between is a
/// transaction that was never committed. Every other file is left to SQLite's own access. Throws
/// SqlError when it cannot be registered. Any thread.
const char* log_buffer_vfs();

}  // namespace invoicing::sqlite
