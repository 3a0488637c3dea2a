"""Churn probability."""
