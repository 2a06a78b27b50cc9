"""Answers: rows of one state of knowledge, joined for one day. Pure but for reading rows."""
