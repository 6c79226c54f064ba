"""The compiler, run by real databases, against the interpreter, value by value."""
