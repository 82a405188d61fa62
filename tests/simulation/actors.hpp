#pragma once
// Who does something in a simulated installation: the loops of the roles, clients and an operator.
// Each is a coroutine of one process and dies with it.

#include "tests/simulation/program.hpp"

namespace invoicing::simulation {

/// What actors must know of the world's plan.
struct Season {
  bool resting = false;        ///< nothing new is begun, what is unresolved is retried
  Milliseconds client_gap{0};  ///< mean time between two actions of one client
  bool idle_clients = false;   ///< nothing at all
};

/// Closes and publishes, as the generator's role does.
Task<void> generate(Program& program);
/// Receives and mails, as the sender's role does.
Task<void> send_mails(Program& program);
/// Posts invoices, late and early ones too, repeats, voids; retries until it knows.
Task<void> be_client(Program& program, const Season& season);
/// Audits, previews, asks for mails again.
Task<void> operate(Program& program, const Season& season);

}  // namespace invoicing::simulation
