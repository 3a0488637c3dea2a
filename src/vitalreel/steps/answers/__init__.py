"""Questions of our own people, answered from data with every figure traced (H11): a module a question, `ask` the door to all."""
