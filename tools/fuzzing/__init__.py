"""What is thrown at graftwood by ``tools/fuzz.py``, and how it is made worse."""
