"""The sentences of the life-cycle report, a module a question; each follows from a result."""
