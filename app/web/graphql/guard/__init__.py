"""How large an operation is and may be, told before it is executed."""
