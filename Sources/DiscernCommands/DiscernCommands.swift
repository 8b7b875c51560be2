// DiscernCommands
