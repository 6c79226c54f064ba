"""What people do with the engine: decisions on use, one by one and for whole tables."""
