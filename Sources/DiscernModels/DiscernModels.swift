// DiscernModels
