"""The assumptions of the life-cycle report, checked on its data, a module a question."""
