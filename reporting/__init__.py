"""Key figures, ageing, forecasts and bottlenecks, read from everything below."""
