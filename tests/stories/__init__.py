"""Stories: the catalogues' checks about retention, holds and archives, lived day by day."""
