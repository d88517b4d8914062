"""The tables of the life-cycle report, a module a question."""
