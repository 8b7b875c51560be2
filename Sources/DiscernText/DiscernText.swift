// DiscernText
