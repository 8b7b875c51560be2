// DiscernTraining
