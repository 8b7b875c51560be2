// DiscernEvaluation
