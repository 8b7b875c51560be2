import DiscernCommands

@main
enum Main {
  static func main() { DiscernCommand.start() }
}
