"""Wishes for after death: kept as versions, carried out once the death is proven (Loi 78-17)."""
