"""The figures of the life-cycle report, a module a question, each drawn from its gated table."""
