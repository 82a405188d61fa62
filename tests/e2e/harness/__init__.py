"""Starts a form of the system as a user would, and looks at it from outside only: HTTP, mails, exit codes, logs.

    def test_x(system):                 # the fixture of ../conftest.py
        system.clock.set("2026-03-02T09:00:00Z")
        system.start(CUT_OFF="12:00")
        answer = system.api.post_invoice(amount="10.00")
"""
