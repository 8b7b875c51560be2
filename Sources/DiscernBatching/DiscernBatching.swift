// DiscernBatching
