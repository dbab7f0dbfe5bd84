"""The lists that trainers and managers look at."""
