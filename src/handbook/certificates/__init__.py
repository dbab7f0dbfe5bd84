"""Certificates on paper: a page to print, and a PDF."""
