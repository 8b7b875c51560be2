// DiscernBundle
