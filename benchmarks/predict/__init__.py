"""Churn probability on data whose answer is known."""
