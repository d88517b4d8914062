"""What each figure shows, in one sentence: a module a question.

A caption says what the question's finding bears, by the same conditions.
"""
