"""The rules by subject, one module each: pure generators of what they find."""
