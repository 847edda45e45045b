"""Schema migrations, run by the owner's role."""
